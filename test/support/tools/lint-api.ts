import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { isSound } from './redocly.js';
import { request } from '../http/service-client.js';
import {
  removeTemporaryDirectories,
  StandaloneProcess,
  temporaryDirectory,
} from '../processes/standalone-process.js';

// `npm run lint:api`: lints the API document, as a running service serves it, and the document of the topics.
const service = await StandaloneProcess.start();
try {
  const served = join(temporaryDirectory(), 'openapi.json');
  writeFileSync(served, (await request(`${service.url}/openapi.json`)).body);
  const sound = [served, 'docs/asyncapi.yaml'].map(isSound);
  process.exitCode = sound.includes(false) ? 1 : 0;
} finally {
  await service.stop();
  removeTemporaryDirectories();
}
