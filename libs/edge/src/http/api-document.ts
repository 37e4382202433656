import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { FastifyInstance } from 'fastify';
import { DocumentBuilder, SwaggerModule, type OpenAPIObject } from '@nestjs/swagger';
import { serviceVersion } from '#telemetry';
import '../credentials/route-access.js';

const DESCRIPTION = `Chat platforms send the events of agents and contacts; a workforce management system (WFM) queries their history and current state.

Dates in requests are ISO 8601 with an offset or \`Z\`. Dates in answers are UTC (\`2020-01-01T10:15:36Z\`, with milliseconds only if they are
not zero), durations are integers in milliseconds. Every error has the body \`{field, message, description}\`. On any path, a request that takes
longer than a minute to arrive is answered 408, and one with too long a URL or headers 431.

docs/semantics.md defines precisely what each answer means.`;

/** The paths of the document and of its page. */
export const API_DOCUMENT_PATH = 'openapi.json';
export const API_PAGE_PATH = 'docs';

/**
 * Serves the API document of the app's own routes at `/openapi.json`, and a page of it, without third-party requests,
 * at `/docs`.
 */
export function serveApiDocument(app: NestFastifyApplication): void {
  makePublic(app.getHttpAdapter().getInstance() as unknown as FastifyInstance);
  SwaggerModule.setup(API_PAGE_PATH, app, () => apiDocumentOf(app), {
    jsonDocumentUrl: API_DOCUMENT_PATH,
    raw: ['json'],
    customSiteTitle: 'StatusLedger API',
    // The page's own validator would contact a host on the Internet.
    swaggerOptions: { validatorUrl: 'none', displayOperationId: false, defaultModelsExpandDepth: 0 },
  });
}

/** The API is not a secret: anyone may read its document, with or without a key. */
function makePublic(server: FastifyInstance): void {
  const pages = new RegExp(`^/(${API_DOCUMENT_PATH.replace('.', '\\.')}|${API_PAGE_PATH})(/|$)`);
  server.addHook('onRoute', (route) => {
    if (pages.test(route.url)) route.config = { ...route.config, access: 'public' };
  });
}

/** Creates the document from the decorators of the app's routes. */
export function apiDocumentOf(app: NestFastifyApplication): OpenAPIObject {
  const config = new DocumentBuilder()
    .setOpenAPIVersion('3.1.0')
    .setTitle('StatusLedger')
    .setDescription(DESCRIPTION)
    .setVersion(serviceVersion())
    .setLicense('Apache-2.0', 'https://www.apache.org/licenses/LICENSE-2.0')
    .addServer('/', 'this service')
    .addBearerAuth({ type: 'http', scheme: 'bearer', description: 'An API key.' }, 'bearer')
    .addBasicAuth(
      { type: 'http', scheme: 'basic', description: 'Any user name, with an API key as the password.' },
      'basic',
    )
    .addApiKey({ type: 'apiKey', in: 'header', name: 'X-API-Key', description: 'An API key.' }, 'header')
    .addTag('ingestion', 'What chat platforms send.')
    .addTag('history', 'What the WFM queries about the past (spec 3).')
    .addTag('present', 'What the WFM queries about the present (spec 4).')
    .addTag('operations', 'For the operators of the service.')
    .build();
  const document = SwaggerModule.createDocument(app, config, {
    operationIdFactory: (_, method) => method,
    autoTagControllers: false,
  });
  return withOwnParameters({ ...document, security: ANY_KEY });
}

/** Any of the three schemes will do; without `API_KEYS_FILE` authentication is off. */
const ANY_KEY = [{ bearer: [] }, { basic: [] }, { header: [] }, {}];

interface Operation {
  operationId?: string | undefined;
  parameters?: { name?: string; in?: string }[] | undefined;
  tags?: string[];
}

const OF_SYSTEM = '/systems/{systemId}/';
/** How Nest distinguishes the paths of one method. */
const NUMBERED = /\[\d+\]$/;

/**
 * Makes two operations of a method with two paths: the one below `/systems/…` has a name of its own and a parameter
 * more.
 */
function withOwnParameters(document: OpenAPIObject): OpenAPIObject {
  for (const [path, operations] of Object.entries(document.paths)) {
    for (const operation of Object.values(operations) as Operation[]) {
      operation.parameters = operation.parameters?.filter(
        (parameter) => parameter.in !== 'path' || path.includes(`{${parameter.name}}`),
      );
      operation.operationId = operation.operationId?.replace(
        NUMBERED,
        path.startsWith(OF_SYSTEM) ? 'OfSystem' : '',
      );
    }
  }
  document.tags = tagsInUse(document);
  return document;
}

function tagsInUse({ paths, tags = [] }: OpenAPIObject) {
  const used = new Set(
    Object.values(paths).flatMap((operations) =>
      (Object.values(operations) as Operation[]).flatMap(({ tags = [] }) => tags),
    ),
  );
  return tags.filter(({ name }) => used.has(name));
}
