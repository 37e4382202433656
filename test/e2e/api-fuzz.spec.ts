import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { writeKeys } from '../support/http/api-keys.js';
import { allLetters } from '../support/http/ops-client.js';
import { describeWithSchemathesis, schemathesis } from '../support/tools/schemathesis.js';
import { metric, request } from '../support/http/service-client.js';
import { sendSpecDay, SPEC_DAY_SETTINGS } from '../support/data/spec-day.js';
import {
  removeTemporaryDirectories,
  StandaloneProcess,
  temporaryDirectory,
} from '../support/processes/standalone-process.js';

const seed = process.env['FC_SEED'] ?? String(Math.floor(Math.random() * 1_000_000));
/** Examples per operation and phase. A count rather than a time, so that a slow machine does not skip a phase. */
const examples = process.env['API_FUZZ_EXAMPLES'] ?? '5';

/**
 * Checks that do not apply: rejected events are answered 204 by design; `endDate` must be after `startDate`, which no
 * schema can express; and a method that no route has is answered 404, not 405.
 */
const EXCLUDED_CHECKS = ['negative_data_rejection', 'positive_data_acceptance', 'unsupported_method'];

/** In seconds. A busy machine may need longer than the fuzzer waits by default. */
const REQUEST_TIMEOUT = '--request-timeout=60';

const PHASES = ['examples', 'coverage', 'fuzzing', 'stateful'];

interface Schema {
  additionalProperties?: unknown;
  properties?: unknown;
}

interface FuzzedOperation {
  readonly parameters: { readonly name: string; schema: object }[];
  readonly requestBody?: {
    readonly content: Readonly<Record<string, { readonly schema: { examples?: unknown } }>>;
  };
}

interface FuzzedDocument {
  security: object[];
  readonly paths: Readonly<Record<string, Readonly<Record<string, FuzzedOperation>>>>;
  readonly components: { readonly schemas: Readonly<Record<string, Schema>> };
}

/** The document of a service, tightened so that undocumented members of an answer are a fault. */
async function strictDocument(url: string): Promise<FuzzedDocument> {
  const document = (await request(`${url}/openapi.json`)).json() as FuzzedDocument;
  for (const schema of Object.values(document.components.schemas)) {
    if (schema.properties !== undefined) schema.additionalProperties ??= false;
  }
  // The fuzzer's hooks generate bodies of lines, and cannot take examples given as text.
  const upload = document.paths['/ccwfm/api/rest/events']!['post']!;
  delete upload.requestBody!.content['application/x-ndjson']!.schema.examples;
  return document;
}

/** Adds ids of existing letters: those generated from the schema alone never match one. */
async function nameLetters(document: FuzzedDocument, url: string): Promise<void> {
  const ids = (await allLetters(url)).map(({ id }) => id);
  for (const [path, operations] of Object.entries(document.paths)) {
    if (!path.startsWith('/ops/dead-letters/{id}')) continue;
    for (const { parameters } of Object.values(operations)) {
      const id = parameters.find(({ name }) => name === 'id')!;
      id.schema = { anyOf: [{ enum: ids }, { type: 'string', minLength: 1 }], examples: ids };
    }
  }
}

function written(document: FuzzedDocument): string {
  const file = join(temporaryDirectory(), 'openapi.json');
  writeFileSync(file, JSON.stringify(document));
  return file;
}

afterAll(removeTemporaryDirectories);

describeWithSchemathesis(`the API, fuzzed by its own document (seed ${seed})`, () => {
  let service: StandaloneProcess;
  beforeAll(async () => {
    service = await StandaloneProcess.start({ env: SPEC_DAY_SETTINGS });
    await sendSpecDay(service.url);
  });
  afterAll(() => service.stop());

  it('never answers 500, nor anything that the document does not describe', async () => {
    const document = await strictDocument(service.url);
    await nameLetters(document, service.url);
    const { code, printed } = await schemathesis(temporaryDirectory(), [
      'run',
      written(document),
      `--url=${service.url}`,
      `--phases=${PHASES.join(',')}`,
      `--max-examples=${examples}`,
      `--seed=${seed}`,
      REQUEST_TIMEOUT,
      `--exclude-checks=${EXCLUDED_CHECKS.join(',')}`,
      '--continue-on-failure',
    ]);
    expect({ code, printed: code === 0 ? '' : printed }).toEqual({ code: 0, printed: '' });
    for (const phase of PHASES) expect(printed.toLowerCase()).toContain(`✅ ${phase}`);
    expect(await metric(service.url, 'wfm_query_seconds_count', { status: '200' })).toBeGreaterThan(0);
    expect(await metric(service.url, 'wfm_query_seconds_count', { status: '500' })).toBe(0);
    const resent = await allLetters(service.url, { reason: 'missing_field' });
    expect(Math.max(...resent.map(({ resends }) => resends.length))).toBeGreaterThan(1);
  }, 300_000);
});

describeWithSchemathesis('the API of a service with keys', () => {
  let service: StandaloneProcess;
  let document: FuzzedDocument;
  let key: string;
  beforeAll(async () => {
    const open = await StandaloneProcess.start({ env: SPEC_DAY_SETTINGS });
    await sendSpecDay(open.url);
    document = await strictDocument(open.url);
    await nameLetters(document, open.url);
    await open.stop();
    const file = join(temporaryDirectory(), 'keys.json');
    ({ everything: key } = writeKeys(file, { everything: { roles: ['ingest', 'query', 'ops'] } }));
    const env = { ...SPEC_DAY_SETTINGS, API_KEYS_FILE: file };
    service = await StandaloneProcess.start({ env, dataDirectory: open.dataDirectory });
  });
  afterAll(() => service.stop());

  it('refuses every protected operation without a key and with a wrong one', async () => {
    // One way to send the key only: after 20 wrong keys within a minute the answer is 429.
    document.security = [{ header: [] }];
    const { code, printed } = await schemathesis(temporaryDirectory(), [
      'run',
      written(document),
      `--url=${service.url}`,
      '--phases=examples,coverage',
      `--seed=${seed}`,
      REQUEST_TIMEOUT,
      '--checks=ignored_auth,not_a_server_error,response_schema_conformance',
      // These repeat the same methods.
      '--exclude-path-regex=^/systems/',
      `--header=X-API-Key: ${key}`,
      '--continue-on-failure',
    ]);
    expect({ code, printed: code === 0 ? '' : printed }).toEqual({ code: 0, printed: '' });
    expect(printed.toLowerCase()).toContain('✅ coverage');
  }, 120_000);
});
