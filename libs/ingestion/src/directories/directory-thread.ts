import { parentPort } from 'node:worker_threads';
import type { DirectoryAnswer, DirectoryRequest } from './directory-validator.js';
import { validateDirectory } from './validate-directory.js';

// Validates large directories, so that they do not block the thread that receives events.
parentPort!.on('message', ({ id, body, receivedAt }: DirectoryRequest) => {
  const bytes = Buffer.from(body.buffer, body.byteOffset, body.byteLength);
  const validation = validateDirectory(bytes, receivedAt);
  parentPort!.postMessage({ id, validation } satisfies DirectoryAnswer);
});
