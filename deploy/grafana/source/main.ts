import { mkdirSync, writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { dashboardFiles } from './dashboards.js';

const DIRECTORY = resolve('deploy/grafana/dashboards');

mkdirSync(DIRECTORY, { recursive: true });
for (const [name, text] of dashboardFiles()) {
  writeFileSync(resolve(DIRECTORY, name), text);
  process.stdout.write(`deploy/grafana/dashboards/${name}\n`);
}
