import { once } from 'node:events';
import { request, type IncomingMessage } from 'node:http';
import { json } from 'node:stream/consumers';
import { ContactStream } from '../load/contact-stream.js';
import type { EventStream } from '../load/event-stream.js';
import { StatusStream } from '../load/status-stream.js';
import { answerTasks, ready } from './serve-parent.js';

/** A task for the upload client. */
export interface UploadTask {
  readonly port: number;
  readonly events: 'status' | 'contact';
  readonly agents: number;
  /** The time of the first events, in seconds since the Unix epoch. */
  readonly firstSecond: number;
  /** The upload ends after this many seconds or `maxEvents`, whichever comes first. */
  readonly seconds: number;
  readonly maxEvents: number;
}

export interface UploadResult {
  /** Accepted events, which are all that were sent. */
  readonly accepted: number;
  /** From the start of the request to the end of its answer. */
  readonly seconds: number;
}

const CHUNK_EVENTS = 256;
const NEWLINE = 0x0a;

/** Sends one request to `POST /ccwfm/api/rest/events`, as fast as the receiver reads it. */
async function upload(task: UploadTask): Promise<UploadResult> {
  const startedAt = performance.now();
  const outgoing = request({
    host: '127.0.0.1',
    port: task.port,
    method: 'POST',
    path: '/ccwfm/api/rest/events',
    headers: { 'content-type': 'application/x-ndjson' },
  });
  const answered = once(outgoing, 'response') as Promise<[IncomingMessage]>;
  const sent = await sendLines(task, (chunk) =>
    outgoing.write(chunk) ? undefined : Promise.race([once(outgoing, 'drain'), answered]),
  );
  outgoing.end();
  const [response] = await answered;
  const { accepted } = (await json(response)) as { accepted?: number };
  if (response.statusCode !== 200 || accepted !== sent) {
    throw new Error(`answered ${response.statusCode}: ${accepted} of ${sent} accepted`);
  }
  return { accepted, seconds: (performance.now() - startedAt) / 1000 };
}

async function sendLines(
  { events, agents, firstSecond, seconds, maxEvents }: UploadTask,
  write: (chunk: Buffer) => Promise<unknown> | undefined,
): Promise<number> {
  const Stream = events === 'status' ? StatusStream : ContactStream;
  const next = (new Stream(agents, firstSecond) satisfies EventStream).bodies();
  const end = performance.now() + seconds * 1000;
  let sent = 0;
  while (sent < maxEvents && performance.now() < end) {
    const lines: Buffer[] = [];
    for (let i = 0; i < CHUNK_EVENTS && sent < maxEvents; i++, sent++) {
      lines.push(Buffer.from(next()), NEWLINE_BYTES);
    }
    await write(Buffer.concat(lines));
  }
  return sent;
}

const NEWLINE_BYTES = Buffer.of(NEWLINE);

ready({}, () => undefined);
answerTasks(upload);
