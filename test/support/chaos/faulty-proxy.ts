import { once } from 'node:events';
import { connect, createServer, type Server, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import type { SeededRandom } from '#oracle';

/** A connection fails after at most this many bytes. */
const MAX_BYTES = 60_000;
const LATE_SHARE = 0.05;
const MAX_LATE_MS = 200;

const FAULTS = ['reset', 'cut', 'stall'] as const;

/**
 * A TCP proxy whose connections all fail after some bytes: they are reset, reset in the middle of a chunk, or stalled.
 * Until then, some chunks are delayed.
 */
export class FaultyProxy {
  /** Number of connections that have failed so far. */
  faults = 0;
  private readonly server: Server;
  private readonly sockets = new Set<Socket>();

  private constructor(
    private readonly to: number,
    private readonly random: SeededRandom,
  ) {
    this.server = createServer((socket) => this.serve(socket));
  }

  static async start(port: number, to: number, random: SeededRandom): Promise<FaultyProxy> {
    const proxy = new FaultyProxy(to, random);
    proxy.server.listen(port, '127.0.0.1');
    await once(proxy.server, 'listening');
    return proxy;
  }

  async stop(): Promise<void> {
    for (const socket of this.sockets) socket.destroy();
    this.server.close();
    await once(this.server, 'close');
  }

  private serve(client: Socket): void {
    const broker = connect(this.to, '127.0.0.1');
    let left = this.random.integer(0, Math.sqrt(MAX_BYTES)) ** 2;
    const fault = FAULTS[this.random.integer(0, FAULTS.length - 1)]!;
    const pass = async (from: Socket, to: Socket, data: Buffer) => {
      const wasWell = left >= 0;
      left -= data.length;
      if (left >= 0) {
        if (this.random.next() < LATE_SHARE) await sleep(this.random.integer(1, MAX_LATE_MS));
        if (to.writable) to.write(data);
        return;
      }
      if (wasWell) this.faults++;
      if (fault === 'stall') return void from.pause();
      if (fault === 'cut') to.write(data.subarray(0, this.random.integer(0, data.length)));
      client.resetAndDestroy();
    };
    for (const [from, to] of [
      [client, broker],
      [broker, client],
    ] as const) {
      this.sockets.add(from);
      // Chunks are passed on in order even if one is delayed.
      let passed = Promise.resolve();
      from.on('data', (data: Buffer) => {
        passed = passed.then(() => pass(from, to, data));
      });
      from.on('error', () => to.destroy());
      from.on('close', () => {
        this.sockets.delete(from);
        to.destroy();
      });
    }
  }
}
