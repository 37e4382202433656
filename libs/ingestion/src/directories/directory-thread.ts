import { parentPort } from 'node:worker_threads';
import type { DirectoryRequest } from './directory-validator.js';
import { validateDirectory } from './validate-directory.js';

// Judges large directories, so that the thread that takes events does not have to.
parentPort!.on('message', ({ id, body, receivedAt }: DirectoryRequest) => {
  const bytes = Buffer.from(body.buffer, body.byteOffset, body.byteLength);
  parentPort!.postMessage({ id, judged: validateDirectory(bytes, receivedAt) });
});
