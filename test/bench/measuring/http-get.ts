import { Agent, request } from 'node:http';

const agent = new Agent({ keepAlive: true });

export interface Got {
  readonly status: number;
  readonly bytes: number;
  readonly body: Buffer | undefined;
}

export interface GetOptions {
  /** Keep the body; otherwise only its bytes are counted. */
  readonly keep?: boolean;
  /** The greatest number of bytes to read per second. */
  readonly maxBytesPerSecond?: number;
}

/** Reads an answer to its end. @throws if it is cut off. */
export function get(url: string, options: GetOptions = {}): Promise<Got> {
  const { keep = false, maxBytesPerSecond = Infinity } = options;
  return new Promise((resolve, reject) => {
    const outgoing = request(url, { agent }, (incoming) => {
      const kept: Buffer[] = [];
      const startedAt = performance.now();
      let bytes = 0;
      incoming.on('data', (chunk: Buffer) => {
        bytes += chunk.length;
        if (keep) kept.push(chunk);
        const aheadMs = (bytes / maxBytesPerSecond) * 1000 - (performance.now() - startedAt);
        if (aheadMs < 5) return;
        incoming.pause();
        setTimeout(() => incoming.resume(), aheadMs);
      });
      incoming.on('error', reject);
      incoming.on('end', () =>
        resolve({ status: incoming.statusCode!, bytes, body: keep ? Buffer.concat(kept) : undefined }),
      );
    });
    outgoing.on('error', reject);
    outgoing.end();
  });
}

/** The body of an answer. @throws unless it is 200. */
export async function getBody(url: string): Promise<Buffer> {
  const { status, body } = await get(url, { keep: true });
  if (status !== 200) throw new Error(`${status} for ${url.slice(0, 200)}: ${body?.toString()}`);
  return body!;
}
