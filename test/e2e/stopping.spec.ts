import { once } from 'node:events';
import { connect } from 'node:net';
import { postStatus, request, untilProjected } from '../support/service-client.js';
import { removeTemporaryDirectories, StandaloneProcess } from '../support/standalone-process.js';

const EVENT = { systemId: 's', workerId: '1', stateCode: 'W', stateName: 'W' };

describe('stopping the service', () => {
  afterAll(removeTemporaryDirectories);

  it.each(['SIGTERM', 'SIGINT'] as const)(
    'ends with 0 on %s, with everything projected, and goes on from there',
    async (signal) => {
      const now = Math.floor(Date.now() / 1000);
      const first = await StandaloneProcess.start();
      await Promise.all(
        Array.from({ length: 500 }, (_, i) =>
          postStatus(first.url, { ...EVENT, workerId: String(i), actionTime: now - 10, action: 1 }),
        ),
      );
      expect(await first.stop(signal)).toBe(0);
      expect(first.printed).toContain('nothing is lost');
      const second = await StandaloneProcess.start({ dataDirectory: first.dataDirectory });
      const answer = await request(`${second.url}/online/agentStatus`);
      expect(answer.json()).toHaveLength(500);
      await untilProjected(second.url);
      await second.stop();
    },
  );

  it('is not held up by a client that has asked and does not read', async () => {
    const now = Math.floor(Date.now() / 1000);
    const service = await StandaloneProcess.start();
    // Names are as long as they may be, so that the answer is more than sockets buffer.
    const stateName = 'n'.repeat(256);
    const codes = Array.from({ length: 20_000 }, (_, i) => i);
    for (let from = 0; from < codes.length; from += 500) {
      await Promise.all(
        codes
          .slice(from, from + 500)
          .map((i) =>
            postStatus(service.url, { ...EVENT, stateName, actionTime: now - 40_000 + 2 * i, action: 1 }),
          ),
      );
    }
    await untilProjected(service.url);
    const { hostname, port } = new URL(service.url);
    const idle = connect(Number(port), hostname).pause();
    idle.on('error', () => undefined);
    await once(idle, 'connect');
    const period = 'startDate=2020-01-01T00:00:00Z&endDate=2100-01-01T00:00:00Z';
    idle.write(`GET /historic/agentStatusData?${period}&agentId=1 HTTP/1.1\r\nHost: h\r\n\r\n`);
    await once(idle, 'readable');
    expect(await service.stop()).toBe(0);
    idle.destroy();
  });
});
