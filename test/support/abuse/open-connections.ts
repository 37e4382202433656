import { connect, type Socket } from 'node:net';

/** A connection that a test keeps open. */
export class OpenConnection {
  private readonly chunks: Buffer[] = [];
  /** Whether the service has ended it. */
  ended = false;

  private constructor(private readonly socket: Socket) {
    socket.on('data', (chunk) => this.chunks.push(chunk));
    socket.on('error', () => (this.ended = true));
    socket.on('end', () => (this.ended = true));
    socket.on('close', () => (this.ended = true));
  }

  /** Connects and sends the beginning of a request that is never finished. */
  static open(baseUrl: string, beginning = ''): Promise<OpenConnection> {
    const { hostname, port } = new URL(baseUrl);
    return new Promise((resolve, reject) => {
      const socket = connect({ host: hostname, port: Number(port) });
      socket.once('error', reject);
      socket.once('connect', () => {
        socket.off('error', reject);
        if (beginning !== '') socket.write(beginning);
        resolve(new OpenConnection(socket));
      });
    });
  }

  /** All that the service has sent so far. */
  get received(): string {
    return Buffer.concat(this.chunks).toString('latin1');
  }

  send(bytes: string): void {
    if (!this.ended) this.socket.write(bytes);
  }

  /** Reads no more, like a client that hangs. */
  stopReading(): void {
    this.socket.pause();
  }

  destroy(): void {
    this.socket.destroy();
  }
}

/** Opens `count` connections, a hundred at a time so that the service's accept queue does not overflow. */
export async function openMany(
  count: number,
  open: () => Promise<OpenConnection>,
): Promise<OpenConnection[]> {
  const connections: OpenConnection[] = [];
  while (connections.length < count) {
    const some = Math.min(100, count - connections.length);
    connections.push(...(await Promise.all(Array.from({ length: some }, open))));
  }
  return connections;
}
