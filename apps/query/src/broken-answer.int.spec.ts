import type { AddressInfo, Server } from 'node:net';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { createHttpApp } from '#edge';
import type { JsonPieces, QueryStore } from '#store';
import { createLogger, createMetrics } from '#telemetry';
import { request } from '../../../test/support/service-client.js';
import { QueryModule } from './query.module.js';

async function* none(): JsonPieces {}

/** A store that answers `agentStatusData` with what a test makes of it. */
class StoreUnderTest implements QueryStore {
  pieces: () => JsonPieces = none;

  agentStatusData = () => this.pieces();
  agentLoginData = none;
  serviceGroupData = none;
  agentCallsData = none;
  agentChatsWorkTime = none;
  agentStatus = none;
  countActiveAgents = async () => 0;
  systems = async () => ['the only one'];
  ping = async () => undefined;
}

const PATH =
  '/historic/agentStatusData?startDate=2020-01-01T00:00:00Z&endDate=2020-01-02T00:00:00Z&agentId=1';

describe('an answer whose making fails', () => {
  const store = new StoreUnderTest();
  let app: NestFastifyApplication;
  let url: string;

  beforeAll(async () => {
    const logger = createLogger('silent');
    const query = QueryModule.with({ store, metrics: createMetrics(), logger, defaultSystemId: undefined });
    app = await createHttpApp(query, logger);
    await app.listen(0, '127.0.0.1');
    url = `http://127.0.0.1:${((app.getHttpServer() as Server).address() as AddressInfo).port}`;
  });

  afterAll(async () => {
    app.getHttpServer().closeAllConnections();
    await app.close();
  });

  it('breaks the connection if some of it was sent, so that it never looks whole', async () => {
    let finished = false;
    store.pieces = async function* () {
      try {
        yield Buffer.from('{"agentId":"1"}');
        yield Buffer.from(',{"agentId":"2"}');
        throw new Error('the store failed');
      } finally {
        finished = true;
      }
    };
    await expect(request(`${url}${PATH}`)).rejects.toMatchObject({ code: 'ECONNRESET' });
    expect(finished).toBe(true);
  });

  it('is a 500 with a body if nothing was sent, and tells nothing of the fault', async () => {
    store.pieces = async function* () {
      yield* none();
      throw new Error('secret');
    };
    const answer = await request(`${url}${PATH}`);
    expect(answer.status).toBe(500);
    expect(Object.keys(answer.json() as object)).toEqual(['field', 'message', 'description']);
    expect(answer.body.toString()).not.toContain('secret');
  });

  it('is whole if nothing fails', async () => {
    store.pieces = async function* () {
      yield Buffer.from('1');
      yield Buffer.from(',2');
    };
    expect((await request(`${url}${PATH}`)).json()).toEqual([1, 2]);
  });
});
