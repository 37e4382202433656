import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { writeKeys } from '../support/api-keys.js';
import { describeWithChromium, openBrowser } from '../support/chromium.js';
import { request } from '../support/service-client.js';
import {
  removeTemporaryDirectories,
  StandaloneProcess,
  temporaryDirectory,
} from '../support/standalone-process.js';

interface Schema {
  readonly description?: string;
  readonly properties?: Readonly<Record<string, Schema>>;
}

interface Operation {
  readonly operationId: string;
  readonly summary?: string;
  readonly parameters?: readonly {
    readonly name: string;
    readonly in: string;
    readonly description?: string;
    readonly schema: { readonly examples?: unknown[] };
  }[];
  readonly requestBody?: { readonly content: Readonly<Record<string, { readonly schema: Schema }>> };
  readonly responses: Readonly<
    Record<string, { readonly content?: Readonly<Record<string, { example?: unknown }>> }>
  >;
}

interface ApiDocument {
  readonly openapi: string;
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  readonly components: { readonly schemas: Readonly<Record<string, Schema>> };
}

/** The methods of the specification, by their paths. */
const SPEC_METHODS = {
  '/personnel': 'get',
  '/historic/serviceGroupData': 'get',
  '/historic/agentStatusData': 'get',
  '/historic/agentLoginData': 'get',
  '/historic/agentCallsData': 'get',
  '/historic/agentChatsWorkTime': 'get',
  '/ccwfm/api/rest/status': 'post',
  '/online/agentStatus': 'get',
  '/online/groupsOnlineLoad': 'get',
} as const;

let service: StandaloneProcess;
let document: ApiDocument;

beforeAll(async () => {
  service = await StandaloneProcess.start();
  document = (await request(`${service.url}/openapi.json`)).json() as ApiDocument;
});
afterAll(async () => {
  await service.stop();
  removeTemporaryDirectories();
});

const operations = () =>
  Object.entries(document.paths).flatMap(([path, byMethod]) =>
    Object.entries(byMethod).map(([method, operation]) => ({ path, method, operation })),
  );

describe('the API document', () => {
  it('is OpenAPI 3.1 without a fault or a warning', () => {
    expect(document.openapi).toBe('3.1.0');
    const file = join(temporaryDirectory(), 'openapi.json');
    writeFileSync(file, JSON.stringify(document));
    const { status, stdout, stderr } = spawnSync('npx', ['redocly', 'lint', '--format=json', file], {
      encoding: 'utf8',
    });
    expect({
      status,
      problems: (JSON.parse(stdout) as { problems: unknown[] }).problems,
      stderr,
    }).toMatchObject({
      status: 0,
      problems: [],
    });
  });

  it('has every method of the specification, with the example that is printed there', () => {
    for (const [path, method] of Object.entries(SPEC_METHODS)) {
      const operation = document.paths[path]?.[method];
      expect({ path, found: operation !== undefined }).toEqual({ path, found: true });
      if (method === 'post') continue;
      expect(operation!.responses['200']!.content!['application/json']!.example).toBeDefined();
      expect(document.paths[`/systems/{systemId}${path}`]).toBeDefined();
    }
  });

  it('has every other route of the service', () => {
    const others = [
      '/ccwfm/api/rest/contact',
      '/ccwfm/api/rest/events',
      '/health/live',
      '/health/ready',
      '/metrics',
    ];
    for (const path of others) expect(document.paths[path]).toBeDefined();
    expect(document.paths['/ccwfm/api/rest/personnel']?.['put']).toBeDefined();
  });

  it('tells of every parameter what it is, with an example', () => {
    for (const { path, operation } of operations()) {
      for (const { name, description, schema } of operation.parameters ?? []) {
        const told = {
          path,
          name,
          description: (description ?? '').length > 0,
          examples: schema.examples?.length,
        };
        expect(told).toEqual({ path, name, description: true, examples: expect.any(Number) });
      }
    }
  });

  it('tells of every field of every body and answer what it is', () => {
    const bodies = operations().flatMap(({ operation }) =>
      Object.values(operation.requestBody?.content ?? {}).map(
        ({ schema }) => [operation.operationId, schema] as const,
      ),
    );
    for (const [name, { properties = {} }] of [...Object.entries(document.components.schemas), ...bodies]) {
      for (const [field, schema] of Object.entries(properties)) {
        const told = { name, field, told: fieldsDescription(schema).length > 0 };
        expect(told).toEqual({ name, field, told: true });
      }
    }
  });

  it('names each operation once', () => {
    const names = operations().map(({ operation }) => operation.operationId);
    expect(new Set(names).size).toBe(names.length);
    for (const { operation } of operations()) expect(operation.summary).toMatch(/\w/);
  });
});

function fieldsDescription({ description, ...schema }: Schema): string {
  const { items, anyOf } = schema as { items?: Schema; anyOf?: Schema[] };
  return description ?? (items === undefined && anyOf === undefined ? '' : 'told by what it holds');
}

describe('the API document where keys are asked for', () => {
  it('can be read by everybody, also its page, and nothing else can', async () => {
    const file = join(temporaryDirectory(), 'keys.json');
    writeKeys(file, { somebody: { roles: ['ops'] } });
    const guarded = await StandaloneProcess.start({ env: { API_KEYS_FILE: file } });
    try {
      for (const path of ['/openapi.json', '/docs', '/docs/swagger-ui.css']) {
        expect({ path, status: (await request(`${guarded.url}${path}`)).status }).toEqual({
          path,
          status: 200,
        });
      }
      for (const { path, method } of operations()) {
        if (path.startsWith('/health')) continue;
        const answer = await request(`${guarded.url}${path}`, { method: method.toUpperCase() });
        expect({ path, status: answer.status }).toEqual({ path, status: 401 });
      }
      expect((await request(`${guarded.url}/docsecret`)).status).toBe(401);
    } finally {
      await guarded.stop();
    }
  });
});

describeWithChromium('the page of the API document', () => {
  it('shows every operation, and asks no other host for anything', async () => {
    const browser = await openBrowser();
    try {
      const page = await browser.newPage();
      const asked: string[] = [];
      page.on('request', (asking) => asked.push(asking.url()));
      const faults: string[] = [];
      page.on('pageerror', (error) => faults.push(String(error)));
      await page.goto(`${service.url}/docs`);
      await page.waitForSelector('.opblock');
      expect(await page.locator('.opblock').count()).toBe(operations().length);
      await page.locator('.opblock-summary').first().click();
      await page.waitForSelector('.opblock-body');
      const foreign = asked.filter((url) => !url.startsWith(service.url) && !url.startsWith('data:'));
      expect({ foreign, faults }).toEqual({ foreign: [], faults: [] });
      expect(asked.length).toBeGreaterThan(3);
    } finally {
      await browser.close();
    }
  });
});
