import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describeWithSchemathesis, schemathesis } from '../support/schemathesis.js';
import { metric, request } from '../support/service-client.js';
import { sendSpecDay, SPEC_DAY_SETTINGS } from '../support/spec-day.js';
import {
  removeTemporaryDirectories,
  StandaloneProcess,
  temporaryDirectory,
} from '../support/standalone-process.js';

const seed = process.env['FC_SEED'] ?? String(Math.floor(Math.random() * 1_000_000));
const seconds = process.env['API_FUZZ_SECONDS'] ?? '45';

/**
 * Not asked: that whatever breaks the schema is refused (events that are not accepted are answered 204 by design), that whatever
 * keeps it is taken (`endDate` has to be after `startDate`, which no schema can say), and 405 for methods that no route has (404).
 */
const NOT_ASKED = ['negative_data_rejection', 'positive_data_acceptance', 'unsupported_method'];

const PHASES = ['examples', 'coverage', 'fuzzing', 'stateful'];

interface Schema {
  additionalProperties?: unknown;
  properties?: unknown;
}

describeWithSchemathesis(`the API, fuzzed by its own document (seed ${seed})`, () => {
  let service: StandaloneProcess;
  beforeAll(async () => {
    service = await StandaloneProcess.start({ env: SPEC_DAY_SETTINGS });
    await sendSpecDay(service.url);
  });
  afterAll(async () => {
    await service.stop();
    removeTemporaryDirectories();
  });

  it('answers nothing with 500, and nothing that its document does not say', async () => {
    const directory = temporaryDirectory();
    const file = join(directory, 'openapi.json');
    const document = (await request(`${service.url}/openapi.json`)).json() as {
      components: { schemas: Record<string, Schema> };
    };
    for (const schema of Object.values(document.components.schemas)) {
      if (schema.properties !== undefined) schema.additionalProperties ??= false;
    }
    writeFileSync(file, JSON.stringify(document));
    const { code, printed } = await schemathesis(directory, [
      'run',
      file,
      `--url=${service.url}`,
      `--phases=${PHASES.join(',')}`,
      `--max-time=${seconds}`,
      `--seed=${seed}`,
      `--exclude-checks=${NOT_ASKED.join(',')}`,
      '--continue-on-failure',
    ]);
    expect({ code, printed: code === 0 ? '' : printed }).toEqual({ code: 0, printed: '' });
    for (const phase of PHASES) expect(printed.toLowerCase()).toContain(`✅ ${phase}`);
    expect(await metric(service.url, 'wfm_query_seconds_count', { status: '200' })).toBeGreaterThan(0);
    expect(await metric(service.url, 'wfm_query_seconds_count', { status: '500' })).toBe(0);
  }, 300_000);
});
