import fastify from 'fastify';
import type { AddressInfo } from 'node:net';
import { bodySchemaOf } from '../../../libs/ingestion/src/parsing/body-schema.js';
import { ContactEventDto } from '../../../libs/ingestion/src/messages/contact-event.dto.js';
import { StatusEventDto } from '../../../libs/ingestion/src/messages/status-event.dto.js';
import { ready } from './serve-parent.js';

// The baseline: parses the same body, checks it against the same schema, answers alike, and stores nothing.
const server = fastify();
for (const [path, dto] of [
  ['/ccwfm/api/rest/status', StatusEventDto],
  ['/ccwfm/api/rest/contact', ContactEventDto],
] as const) {
  server.post(path, { schema: { body: bodySchemaOf(dto) } }, (_request, reply) => {
    void reply.code(204).send();
  });
}
await server.listen({ port: 0, host: '127.0.0.1' });
ready({ port: (server.server.address() as AddressInfo).port }, () => server.close());
