import { parseOptions } from '../../apps/simulator/src/options.js';
import type { SimulatorOptions } from '../../apps/simulator/src/options.js';
import { simulate } from '../../apps/simulator/src/simulate.js';
import type { SimulationReport } from '../../apps/simulator/src/simulate.js';
import { removeTemporaryDirectories, StandaloneProcess } from '../support/processes/standalone-process.js';

const seed = process.env['SIMULATION_SEED'] ?? String(Math.floor(Math.random() * 1_000_000));

const AGENTS = process.env['SIMULATION_AGENTS'] ?? '100';

const METHODS = [
  'agentCallsData',
  'agentChatsWorkTime',
  'agentLoginData',
  'agentStatus',
  'agentStatusData',
  'groupsOnlineLoad',
  'personnel',
  'serviceGroupData',
];

const SILENT = {
  line: () => undefined,
  progress: () => ({ advance: () => undefined, stop: () => undefined }),
};

describe(`a contact centre that loses, repeats, reorders and delays events (seed ${seed})`, () => {
  let service: StandaloneProcess;
  afterEach(async () => {
    await service.stop();
    removeTemporaryDirectories();
  });

  async function simulateAgainst(env: Record<string, string>, ...args: string[]): Promise<SimulationReport> {
    service = await StandaloneProcess.start({ env });
    const options = parseOptions(['--url', service.url, '--seed', seed, ...args], Date.now());
    return simulate(options as SimulatorOptions, SILENT);
  }

  function expectEveryAnswerRight({ verdicts, events }: SimulationReport): void {
    expect(verdicts.filter(({ equal }) => !equal)).toEqual([]);
    expect([...new Set(verdicts.map(({ method }) => method))].sort()).toEqual(METHODS);
    const isEmpty = ({ holds }: (typeof verdicts)[number]) => Object.values(holds).every((n) => n === 0);
    expect(verdicts.filter(isEmpty)).toEqual([]);
    for (const count of [events.lost, events.repeated, events.reordered, events.late]) {
      expect(count).toBeGreaterThan(0);
    }
  }

  it(`gets the right answer from every method about a day of ${AGENTS} agents`, async () => {
    expectEveryAnswerRight(await simulateAgainst({}, '--agents', AGENTS));
  }, 900_000);

  it('gets the right answers for local days of a zone with a 45-minute offset', async () => {
    const zone = 'Asia/Kathmandu';
    const args = ['--agents', '30', '--days', '2', '--time-zone', zone, '--lost', '0.1', '--late', '0.05'];
    expectEveryAnswerRight(await simulateAgainst({ TIME_ZONE: zone }, ...args));
  }, 300_000);
});
