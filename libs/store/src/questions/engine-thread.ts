import { parentPort, workerData } from 'node:worker_threads';
import { drainPending } from 'chdb';
import { createChdbConnection } from 'chdb/connection';
import type { Fault, ThreadAnswer, ThreadRequest } from './statement.js';

// One connection to the embedded engine. It has its own thread because the binding runs all statements with bound
// values of one thread one after another, regardless of their connection.
const { path } = workerData as { readonly path: string };
const connection = createChdbConnection({ path });
const port = parentPort!;

port.on('message', (request: ThreadRequest | 'close') => {
  if (request === 'close') void close();
  else void answer(request);
});

async function answer(request: ThreadRequest): Promise<void> {
  try {
    const bytes = await run(request);
    port.postMessage({ id: request.id, bytes } satisfies ThreadAnswer, [bytes.buffer as ArrayBuffer]);
  } catch (error) {
    port.postMessage({ id: request.id, fault: faultOf(error) } satisfies ThreadAnswer);
  }
}

async function run({ query, parameters, format, settings }: ThreadRequest): Promise<Uint8Array> {
  const { stream } = await connection.exec({
    query: `${query}\nFORMAT ${format}`,
    query_params: parameters,
    clickhouse_settings: settings,
  });
  const chunks: Buffer[] = [];
  for await (const chunk of stream) chunks.push(chunk as Buffer);
  const whole = chunks.length === 1 ? chunks[0]! : Buffer.concat(chunks);
  // Small buffers share memory that must not be transferred.
  return whole.byteLength === whole.buffer.byteLength ? whole : Uint8Array.prototype.slice.call(whole);
}

function faultOf(error: unknown): Fault {
  const { message, code, stack } = error as Error & { readonly code?: unknown };
  return { message, code, stack };
}

async function close(): Promise<void> {
  await connection.close();
  await drainPending();
  port.postMessage('closed');
}
