import { once } from 'node:events';
import { connect } from 'node:net';
import { OpenConnection, openMany } from '../support/abuse/open-connections.js';
import { firstOf } from '../support/data/bulk-lines.js';
import { eventually, postStatus, request, untilProjected } from '../support/http/service-client.js';
import { removeTemporaryDirectories, StandaloneProcess } from '../support/processes/standalone-process.js';

const EVENT = { systemId: 's', workerId: '1', stateCode: 'W', stateName: 'W' };

/** Sends the signal once more to a process, unless it is gone. */
function isGoneAfter(pid: number, signal: NodeJS.Signals): boolean {
  try {
    process.kill(pid, signal);
    return false;
  } catch {
    return true;
  }
}

describe('stopping the service', () => {
  afterAll(removeTemporaryDirectories);

  it.each(['SIGTERM', 'SIGINT'] as const)(
    'with %s exits with 0 after everything is projected, and a restart continues from there',
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

  it('is not delayed by a client that does not read its answer', async () => {
    const now = Math.floor(Date.now() / 1000);
    const service = await StandaloneProcess.start();
    // The names have the greatest length, so that the answer exceeds the socket buffers.
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

  describe('with queries of absent clients in the queue', () => {
    const AGENTS = 500;
    const period = 'startDate=2020-01-01T00:00:00Z&endDate=2100-01-01T00:00:00Z';
    const ids = firstOf(AGENTS, (n) => `agent%20${n}`).join();
    const question = `GET /historic/agentStatusData?${period}&agentId=${ids} HTTP/1.1\r\nHost: h\r\n\r\n`;
    let dataDirectory: string;

    beforeAll(async () => {
      const service = await StandaloneProcess.start();
      ({ dataDirectory } = service);
      const now = Math.floor(Date.now() / 1000);
      const lines = firstOf(AGENTS * 200, (n) =>
        JSON.stringify({
          ...EVENT,
          workerId: `agent ${n % AGENTS}`,
          actionTime: now - 80_000 + n,
          action: 1,
        }),
      );
      const answer = await request(`${service.url}/ccwfm/api/rest/events`, {
        method: 'POST',
        headers: { 'content-type': 'application/x-ndjson' },
        body: lines.join('\n'),
      });
      expect(answer.status).toBe(200);
      await untilProjected(service.url);
      await service.stop();
    });

    const withQuestions = async (count: number) => {
      const service = await StandaloneProcess.start({ dataDirectory });
      const connections = await openMany(count, () => OpenConnection.open(service.url, question));
      // Once this one is answered, all questions were read.
      await request(`${service.url}/health/ready`);
      return { service, connections };
    };

    it.each([10, 60])('takes less than 10 s and exits with 0 after %i clients have left', async (count) => {
      const { service, connections } = await withQuestions(count);
      for (const connection of connections) connection.destroy();
      const startedAt = performance.now();
      expect(await service.stop()).toBe(0);
      expect(performance.now() - startedAt).toBeLessThan(10_000);
      expect(service.printed).toContain('nothing is lost');
    });

    it('takes less than 10 s while clients wait and read nothing', async () => {
      const { service, connections } = await withQuestions(40);
      for (const connection of connections) connection.stopReading();
      const startedAt = performance.now();
      await service.stop();
      expect(performance.now() - startedAt).toBeLessThan(10_000);
      for (const connection of connections) connection.destroy();
    });

    it.each(['SIGTERM', 'SIGINT'] as const)(
      'is immediate at a second %s, and reports what may be incomplete',
      async (signal) => {
        const { service, connections } = await withQuestions(20);
        for (const connection of connections) connection.stopReading();
        process.kill(service.pid, signal);
        await eventually(() => service.printed.includes('finishing what is under way'));
        const startedAt = performance.now();
        // Within moments, a second signal counts as an echo of the first.
        await eventually(() => isGoneAfter(service.pid, signal));
        await service.stop();
        expect(performance.now() - startedAt).toBeLessThan(2_000);
        expect(service.printed).toContain(
          'Answers under way may be incomplete. Nothing that was acknowledged is lost',
        );
        for (const connection of connections) connection.destroy();
      },
    );
  });
});
