import { putDirectory } from './directory-sender.js';
import { fakeService } from './fake-service.fixture.js';
import type { FakeAnswer, FakeService } from './fake-service.fixture.js';
import { HttpClient } from './http-client.js';
import { RequestFailure } from './retrying.js';

const QUICK = { attempts: 3, firstDelayMs: 1, maxDelayMs: 5 };
const DIRECTORY = {
  agents: [{ id: '1', name: 'Алёна', loginSSO: ['a', 'b'], agentGroups: [{ groupId: '2' }] }],
};

describe('putting a directory', () => {
  let service: FakeService;
  let client: HttpClient;
  afterEach(async () => {
    client.close();
    await service.close();
  });

  async function put(answer: (nth: number) => FakeAnswer): Promise<void> {
    service = await fakeService((_, nth) => answer(nth));
    client = new HttpClient({ baseUrl: service.url, connections: 1 });
    await putDirectory(DIRECTORY, { client, url: service.url, systemId: 'sim-7', retries: QUICK });
  }

  it('sends it whole, with the system that it is of', async () => {
    await put(() => ({ status: 204 }));
    expect(service.seen).toHaveLength(1);
    expect(service.seen[0]).toMatchObject({ method: 'PUT', url: '/ccwfm/api/rest/personnel' });
    expect(JSON.parse(service.seen[0]!.body)).toEqual({ systemId: 'sim-7', ...DIRECTORY });
  });

  it('sends it again while nothing durable can be written', async () => {
    await put((nth) => ({ status: nth < 3 ? 503 : 204 }));
    expect(service.seen).toHaveLength(3);
  });

  it.each<[number, RegExp]>([
    [400, /answered 400: group 2 twice\.\n.*refuses the personnel directory/],
    [404, /answered 404: group 2 twice\.\n.*--no-contacts/],
  ])('fails at once on %i, and says why', async (status, message) => {
    const failure = await put(() => ({ status, body: 'group 2 twice' })).catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(RequestFailure);
    expect((failure as Error).message).toMatch(message);
    expect(service.seen).toHaveLength(1);
  });

  it('takes a 200 for what it is: not the service', async () => {
    await expect(put(() => ({ status: 200 }))).rejects.toThrow(/PUT .*personnel.* answered 200 3 times/);
  });
});
