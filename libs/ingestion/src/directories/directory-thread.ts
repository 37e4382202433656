import { parentPort } from 'node:worker_threads';
import type { DirectoryRequest } from './directory-judge.js';
import { judgeDirectory } from './judge-directory.js';

// Judges large directories, so that the thread that takes events does not have to.
parentPort!.on('message', ({ id, body, receivedAt }: DirectoryRequest) => {
  const bytes = Buffer.from(body.buffer, body.byteOffset, body.byteLength);
  parentPort!.postMessage({ id, judged: judgeDirectory(bytes, receivedAt) });
});
