import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { runCommand } from '../support/processes/run-command.js';
import { request, untilProjected } from '../support/http/service-client.js';
import {
  removeTemporaryDirectories,
  StandaloneProcess,
  temporaryDirectory,
} from '../support/processes/standalone-process.js';
import { storeEnvironment } from '../support/store/store-under-test.js';

const DAY = 86_400_000;
const DAYS = 20_000;
/** Every month of every table needs its own part, which is synced to disk. */
const EVERY_DAYS = 60;
/** The noons of the longest retention, oldest first, without the oldest day, which may expire while this runs. */
const NOONS = Array.from(
  { length: Math.floor(DAYS / EVERY_DAYS) },
  (_, place) => (Math.floor(Date.now() / DAY) - DAYS + 2 + place * EVERY_DAYS) * DAY + DAY / 2,
);
const SETTINGS = { RETENTION_DAYS: String(DAYS) };
const PERIOD = 'startDate=1970-01-01T00:00:00Z&endDate=2200-01-01T00:00:00Z';

/** One stay and one contact at each noon: fewer events than the limit of a batch. */
function* lines(): Generator<string> {
  for (const noon of NOONS) {
    const stay = { systemId: 'm', workerId: 'w', stateCode: 'work', stateName: 'Work' };
    yield JSON.stringify({ ...stay, action: 1, actionTime: noon / 1_000 });
    yield JSON.stringify({ ...stay, action: 0, actionTime: noon / 1_000 + 1 });
    const step = { systemId: 'm', contactId: String(noon), groupId: 'g', workerId: 'w' };
    yield JSON.stringify({ ...step, action: 'answered', actionTime: noon / 1_000 });
    yield JSON.stringify({ ...step, action: 'finished', actionTime: noon / 1_000 + 1 });
  }
}

describe(`an import of events over ${DAYS} days`, () => {
  const dataDirectory = temporaryDirectory();
  const environment = { ...storeEnvironment(dataDirectory), ...SETTINGS };

  afterAll(removeTemporaryDirectories);

  const figures = async () => {
    const service = await StandaloneProcess.start({ dataDirectory, env: SETTINGS });
    try {
      await untilProjected(service.url, 240_000);
      const get = async (path: string) => (await request(`${service.url}/historic/${path}`)).json();
      const [agent] = (await get(`agentStatusData?${PERIOD}&agentId=w`)) as [{ states: object[] }];
      const [calls] = (await get(`agentCallsData?${PERIOD}&agentId=w`)) as [{ agentCalls: object[] }];
      const [group] = (await get(`serviceGroupData?${PERIOD}&groupId=g&step=86400000`)) as [
        { historicData: object[] },
      ];
      return { states: agent.states, calls: calls.agentCalls, buckets: group.historicData };
    } finally {
      await service.stop();
    }
  };

  const iso = (ms: number) => new Date(ms).toISOString().replace('.000Z', 'Z');

  it('shows all of them in the answers, also after a rebuild', async () => {
    const file = join(dataDirectory, 'days.ndjson');
    writeFileSync(file, [...lines()].join('\n'));
    expect(await runCommand('maintenance/src/import.js', [file], environment)).toMatchObject({ code: 0 });
    const shown = await figures();
    expect(shown.states.map((state) => (state as { startDate: string }).startDate)).toEqual(NOONS.map(iso));
    expect(shown.calls).toEqual(
      NOONS.map((noon) => ({ startCall: iso(noon), endCall: iso(noon + 1_000), duration: 1_000 })),
    );
    expect(shown.buckets).toHaveLength(NOONS.length);
    expect(await runCommand('maintenance/src/audit.js', [], environment)).toMatchObject({ code: 0 });

    expect(await runCommand('maintenance/src/rebuild.js', [], environment)).toMatchObject({ code: 0 });
    expect(await figures()).toEqual(shown);
  }, 600_000);
});
