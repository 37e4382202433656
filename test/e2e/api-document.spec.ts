import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { writeKeys } from '../support/http/api-keys.js';
import { describeWithChromium, openBrowser } from '../support/tools/chromium.js';
import { problemsOf } from '../support/tools/redocly.js';
import { request } from '../support/http/service-client.js';
import {
  removeTemporaryDirectories,
  StandaloneProcess,
  temporaryDirectory,
} from '../support/processes/standalone-process.js';

interface Schema {
  readonly $ref?: string;
  readonly description?: string;
  readonly example?: unknown;
  readonly examples?: readonly unknown[];
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly items?: Schema;
  readonly allOf?: readonly Schema[];
  readonly anyOf?: readonly Schema[];
  readonly oneOf?: readonly Schema[];
}

interface Operation {
  readonly operationId: string;
  readonly summary?: string;
  readonly tags?: readonly string[];
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
  readonly tags: readonly { readonly name: string }[];
  readonly components: { readonly schemas: Readonly<Record<string, Schema>> };
}

/** The specification's methods by path. */
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
  it('is valid OpenAPI 3.1 without warnings', () => {
    expect(document.openapi).toBe('3.1.0');
    const file = join(temporaryDirectory(), 'openapi.json');
    writeFileSync(file, JSON.stringify(document));
    expect(problemsOf(file)).toEqual([]);
  });

  it('has every method of the specification, with its example', () => {
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
      '/ops/systems',
      '/ops/dead-letters',
      '/ops/dead-letters/{id}',
      '/ops/dead-letters/{id}/resend',
      '/ops/anomalies',
      '/ops/timeline',
    ];
    for (const path of others) expect(document.paths[path]).toBeDefined();
    expect(document.paths['/ccwfm/api/rest/personnel']?.['put']).toBeDefined();
    expect(document.paths['/ops/dead-letters/{id}/resend']?.['post']).toBeDefined();
  });

  it('describes every operation and lists it under a heading', () => {
    const headings = new Set(document.tags.map(({ name }) => name));
    for (const { path, operation } of operations()) {
      const { summary = '', tags = [] } = operation;
      expect({ path, summary, tags: tags.map((tag) => headings.has(tag)) }).toEqual({
        path,
        summary: expect.stringMatching(/\w/),
        tags: [true],
      });
    }
  });

  it('lists the errors of every operation', () => {
    for (const { path, method, operation } of operations()) {
      const listed = Object.keys(operation.responses).filter((status) => status >= '400');
      expect({ path, listed }).toEqual({ path, listed: errorsOf(path, method) });
    }
  });

  it('has an example for every answer with a body', () => {
    for (const { path, operation } of operations()) {
      for (const [status, { content = {} }] of Object.entries(operation.responses)) {
        const examples = Object.values(content).map(({ example }) => example !== undefined);
        const isEmpty = status === '204';
        expect({ path, status, examples }).toEqual({ path, status, examples: isEmpty ? [] : [true] });
      }
    }
  });

  it('describes every parameter, with an example', () => {
    for (const { path, operation } of operations()) {
      for (const { name, description, schema } of operation.parameters ?? []) {
        const described = {
          path,
          name,
          description: (description ?? '').length > 0,
          examples: schema.examples?.length,
        };
        expect(described).toEqual({ path, name, description: true, examples: expect.any(Number) });
      }
    }
  });

  it('describes every field of every body and answer, with an example', () => {
    const bodies = operations().flatMap(({ operation }) =>
      Object.values(operation.requestBody?.content ?? {}).map(
        ({ schema }) => [operation.operationId, schema] as const,
      ),
    );
    for (const [name, schema] of [...Object.entries(document.components.schemas), ...bodies]) {
      for (const [field, { description = '', ...ofField }] of fieldsOf(schema)) {
        const described = { name, field, described: description.length > 0, shown: hasExample(ofField) };
        expect(described).toEqual({ name, field, described: true, shown: true });
      }
    }
  });

  it('gives each operation a distinct id', () => {
    const names = operations().map(({ operation }) => operation.operationId);
    expect(new Set(names).size).toBe(names.length);
  });
});

/** The fields of a schema and of its list items. */
function fieldsOf({ properties = {}, items }: Schema): (readonly [string, Schema])[] {
  const fields = Object.entries(properties);
  return [
    ...fields,
    ...fields.flatMap(([, schema]) => fieldsOf(schema)),
    ...(items === undefined ? [] : fieldsOf(items)),
  ];
}

/** A field composed of other schemas takes its example from them. */
function hasExample({ example, examples = [], ...schema }: Schema): boolean {
  const { $ref, properties, items, allOf, anyOf, oneOf } = schema;
  const isComposed = [$ref, properties, items, allOf, anyOf, oneOf].some((part) => part !== undefined);
  return example !== undefined || examples.length > 0 || isComposed;
}

const OF_KEYS = [401, 403, 429];

/** The error statuses that an operation can answer. */
function errorsOf(path: string, method: string): string[] {
  return listedErrors(path, method)
    .sort((a, b) => a - b)
    .map(String);
}

function listedErrors(path: string, method: string): number[] {
  if (path === '/health/live') return [];
  if (path === '/health/ready') return [503];
  if (path === '/metrics') return [...OF_KEYS, 500];
  if (path === '/ccwfm/api/rest/events') return [...OF_KEYS, 408, 415, 503];
  if (path.startsWith('/ccwfm/')) return [...OF_KEYS, 400, 408, 413, 503];
  if (path === '/ops/dead-letters/{id}') return [...OF_KEYS, 400, 404, 500, 503];
  if (method === 'post') return [...OF_KEYS, 400, 404, 408, 409, 413, 422, 500, 503];
  if (path === '/ops/audit') return [...OF_KEYS, 400, 409, 500];
  if (path.startsWith('/ops/')) return [...OF_KEYS, 400, 500, 503];
  return [...OF_KEYS, 400, 404, 431, 500, 503];
}

describe('the API document of a service with keys', () => {
  it('is public together with its page, while everything else requires a key', async () => {
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
  it('shows every operation and loads nothing from another host', async () => {
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
