import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { FastifyInstance } from 'fastify';
import { DocumentBuilder, SwaggerModule, type OpenAPIObject } from '@nestjs/swagger';
import { serviceVersion } from '#telemetry';
import '../credentials/route-access.js';

const DESCRIPTION = `Chat platforms push what agents and contacts do; a workforce management system asks for history and the present.

Dates in questions are ISO 8601 with an offset or \`Z\`, dates in answers UTC (\`2020-01-01T10:15:36Z\`, with milliseconds only where they are
not zero), durations integer milliseconds. Every error has the body \`{field, message, description}\`. A request that does not arrive
within a minute is answered 408, one whose address and headers are too long 431, whatever it asks for.

What each answer means, to the last rule, is in docs/semantics.md.`;

/** Where the document and its page are. */
export const API_DOCUMENT_PATH = 'openapi.json';
export const API_PAGE_PATH = 'docs';

/** Serves the API document of the app's own routes at `/openapi.json`, and at `/docs` a page of it that asks no other host. */
export function serveApiDocument(app: NestFastifyApplication): void {
  makePublic(app.getHttpAdapter().getInstance() as unknown as FastifyInstance);
  SwaggerModule.setup(API_PAGE_PATH, app, () => apiDocumentOf(app), {
    jsonDocumentUrl: API_DOCUMENT_PATH,
    raw: ['json'],
    customSiteTitle: 'StatusLedger API',
    // The page's own validator would ask a host on the Internet.
    swaggerOptions: { validatorUrl: 'none', displayOperationId: false, defaultModelsExpandDepth: 0 },
  });
}

/** What the service can be asked is no secret: everybody may read it, whatever keys are in force. */
function makePublic(server: FastifyInstance): void {
  const pages = new RegExp(`^/(${API_DOCUMENT_PATH.replace('.', '\\.')}|${API_PAGE_PATH})(/|$)`);
  server.addHook('onRoute', (route) => {
    if (pages.test(route.url)) route.config = { ...route.config, access: 'public' };
  });
}

/** The document, made from the decorators of the routes that the app has. */
export function apiDocumentOf(app: NestFastifyApplication): OpenAPIObject {
  const config = new DocumentBuilder()
    .setOpenAPIVersion('3.1.0')
    .setTitle('StatusLedger')
    .setDescription(DESCRIPTION)
    .setVersion(serviceVersion())
    .setLicense('Apache-2.0', 'https://www.apache.org/licenses/LICENSE-2.0')
    .addServer('/', 'this service')
    .addBearerAuth({ type: 'http', scheme: 'bearer', description: 'A key.' }, 'bearer')
    .addBasicAuth(
      { type: 'http', scheme: 'basic', description: 'Any user, with a key as the password.' },
      'basic',
    )
    .addApiKey({ type: 'apiKey', in: 'header', name: 'X-API-Key', description: 'A key.' }, 'header')
    .addTag('ingestion', 'What chat platforms send.')
    .addTag('history', 'What WFM asks about the past (spec 3).')
    .addTag('present', 'What WFM asks about now (spec 4).')
    .addTag('operations', 'For those who run the service.')
    .build();
  const document = SwaggerModule.createDocument(app, config, {
    operationIdFactory: (_, method) => method,
    autoTagControllers: false,
  });
  return withOwnParameters({ ...document, security: ANY_KEY });
}

/** Which key a request bears is all one; without `API_KEYS_FILE` none is asked for. */
const ANY_KEY = [{ bearer: [] }, { basic: [] }, { header: [] }, {}];

interface Operation {
  operationId?: string | undefined;
  parameters?: { name?: string; in?: string }[] | undefined;
  tags?: string[];
}

const OF_SYSTEM = '/systems/{systemId}/';
/** How Nest tells the paths of a method from each other. */
const NUMBERED = /\[\d+\]$/;

/** A method that is served under two paths: below `/systems/…` it is another operation, with a parameter more. */
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
