import { connect, type Socket } from 'node:net';
import { ContactStream } from '../load/contact-stream.js';
import { Alternating, type EventStream } from '../load/event-stream.js';
import { StatusStream } from '../load/status-stream.js';
import { answerTasks, ready } from './serve-parent.js';

/** The events to send; `both` alternates. */
export type EventKind = 'status' | 'contact' | 'both';

/** A task for the load client. */
export interface LoadTask {
  readonly port: number;
  readonly connections: number;
  readonly seconds: number;
  /** Requests per second, sent whether or not answers keep up. Unless given, requests follow answers at once. */
  readonly rate?: number;
  readonly events: EventKind;
  readonly agents: number;
  /** The time of the first events, in seconds since the Unix epoch. */
  readonly firstSecond: number;
}

export interface LoadResult {
  /** Requests that were answered 204. */
  readonly answered: number;
  readonly seconds: number;
  /** At a given rate: how many due requests had not been sent at the end. */
  readonly overdue: number;
  /** Busy cores of this client. */
  readonly cores: number;
}

const STREAMS: Readonly<Record<EventKind, (agents: number, firstSecond: number) => EventStream>> = {
  status: (agents, firstSecond) => new StatusStream(agents, firstSecond),
  contact: (agents, firstSecond) => new ContactStream(agents, firstSecond),
  both: (...from) => new Alternating([new StatusStream(...from), new ContactStream(...from)]),
};

function streamOf({ events, agents, firstSecond }: LoadTask): EventStream {
  return STREAMS[events](agents, firstSecond);
}

const RESPONSE_BUFFER_BYTES = 4_096;

/** A minimal HTTP/1.1 client over raw sockets, with one request at a time on each, so that it is not the bottleneck. */
class Load {
  private readonly stream: EventStream;
  private readonly idle: Connection[] = [];
  private readonly startedAt = performance.now();
  private readonly finished: Promise<void>;
  private finish!: () => void;
  private fail!: (error: Error) => void;
  private sent = 0;
  private answered = 0;
  private stopped = false;

  constructor(private readonly task: LoadTask) {
    this.stream = streamOf(task);
    this.finished = new Promise((resolve, reject) => ([this.finish, this.fail] = [resolve, reject]));
  }

  async run(): Promise<LoadResult> {
    const { connections, port, seconds } = this.task;
    const cpu = process.cpuUsage();
    const open = Array.from(
      { length: connections },
      () => new Connection(port, this.stream, this.onAnswer, this.fail),
    );
    const pacing = setInterval(() => this.sendDue(), 1);
    this.idle.push(...open);
    this.sendDue();
    const timer = setTimeout(() => this.stop(), seconds * 1000);
    try {
      await this.finished;
    } finally {
      clearInterval(pacing);
      clearTimeout(timer);
      for (const connection of open) connection.close();
    }
    const elapsed = (performance.now() - this.startedAt) / 1000;
    const { user, system } = process.cpuUsage(cpu);
    const overdue = this.task.rate === undefined ? 0 : Math.round(seconds * this.task.rate) - this.sent;
    return { answered: this.answered, seconds: elapsed, overdue, cores: (user + system) / 1e6 / elapsed };
  }

  private readonly onAnswer = (connection: Connection) => {
    this.answered++;
    this.idle.push(connection);
    if (this.stopped) {
      if (this.answered === this.sent) this.finish();
    } else if (this.task.rate === undefined || this.sent < this.due()) this.send();
  };

  private stop(): void {
    this.stopped = true;
    if (this.answered === this.sent) this.finish();
  }

  private sendDue(): void {
    const due = this.due();
    while (!this.stopped && this.sent < due && this.idle.length > 0) this.send();
  }

  private due(): number {
    const { rate = Infinity, seconds } = this.task;
    return rate * Math.min((performance.now() - this.startedAt) / 1000, seconds);
  }

  private send(): void {
    this.sent++;
    this.idle.pop()!.sendNext();
  }
}

class Connection {
  private readonly nextRequest: () => Buffer;
  private readonly socket: Socket;
  private readonly received = Buffer.alloc(RESPONSE_BUFFER_BYTES);
  private size = 0;

  constructor(
    port: number,
    stream: EventStream,
    private readonly onAnswer: (connection: Connection) => void,
    private readonly onFailure: (error: Error) => void,
  ) {
    this.nextRequest = stream.requests();
    const chunk = Buffer.alloc(RESPONSE_BUFFER_BYTES);
    const callback = (bytes: number) => {
      this.take(chunk, bytes);
      return true;
    };
    this.socket = connect({ port, host: '127.0.0.1', noDelay: true, onread: { buffer: chunk, callback } });
    this.socket.on('error', onFailure);
    this.socket.on('end', () => onFailure(new Error('the server closed a connection')));
  }

  sendNext(): void {
    this.socket.write(this.nextRequest());
  }

  close(): void {
    this.socket.removeAllListeners().on('error', () => undefined);
    this.socket.destroy();
  }

  /** A 204 has no body, so it ends with its head. */
  private take(chunk: Buffer, bytes: number): void {
    chunk.copy(this.received, this.size, 0, bytes);
    this.size += bytes;
    const { received, size } = this;
    if (size < 4 || received.readUInt32BE(size - 4) !== END_OF_HEAD) return;
    this.size = 0;
    if (received.toString('latin1', 9, 12) === '204') this.onAnswer(this);
    else this.onFailure(new Error(`not 204: ${received.toString('latin1', 0, size)}`));
  }
}

const END_OF_HEAD = 0x0d0a0d0a;

ready({}, () => undefined);
answerTasks((task: LoadTask) => new Load(task).run());
