import { postStatus } from '../support/http/service-client.js';
import { removeTemporaryDirectories, StandaloneProcess } from '../support/processes/standalone-process.js';

const event = {
  workerId: '1',
  stateName: 'Technical break',
  stateCode: 'Break',
  systemId: 'External system',
  actionTime: Math.floor(Date.now() / 1000),
  action: 1,
};

describe('strict handling', () => {
  let service: StandaloneProcess;
  beforeAll(async () => {
    service = await StandaloneProcess.start();
  });
  afterAll(async () => {
    await service.stop();
    removeTemporaryDirectories();
  });

  it.each([
    'handling=strict',
    'Handling="Strict"',
    'respond-async, handling=strict; note=1',
    'handling=strict,handling=lenient',
  ])('applies with Prefer: %s', async (prefer) => {
    expect((await postStatus(service.url, '{}', { prefer })).status).toBe(400);
  });

  it.each(['', 'strict', 'handling=lenient', 'handling=stricter', 'handling=lenient, handling=strict'])(
    'does not apply with Prefer: %s',
    async (prefer) => {
      expect((await postStatus(service.url, '{}', { prefer })).status).toBe(204);
    },
  );

  it('does not affect an accepted event', async () => {
    const answer = await postStatus(service.url, event, { prefer: 'handling=strict' });
    expect([answer.status, answer.body.length]).toEqual([204, 0]);
  });
});
