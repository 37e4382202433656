import {
  DEFAULT_RULES,
  expectedAgentLoginData,
  expectedAgentStatus,
  expectedAgentStatusData,
  pairTimelines,
} from './expected-answers.js';
import { fakeService, NO_DATA } from './fake-service.fixture.js';
import type { FakeAnswer, FakeService, SeenRequest } from './fake-service.fixture.js';
import { parseOptions } from './options.js';
import type { SimulatorOptions } from './options.js';
import type { Output } from './output.js';
import { reportLines, simulate } from './simulate.js';
import type { SimulatedEvent, StatusMessage } from './simulated-event.js';

type Answer = { agentId: string }[];

/** A service that keeps every event and answers from the rules themselves, once it has been asked a few times. */
class HonestService {
  readonly received: SimulatedEvent[] = [];
  private metricsReads = 0;

  constructor(private readonly distort: (method: string, answer: Answer) => Answer = (_, answer) => answer) {}

  answer({ method, url, body }: SeenRequest): FakeAnswer {
    if (method === 'POST') {
      this.received.push(eventOf(JSON.parse(body) as StatusMessage));
      return { status: 204 };
    }
    if (url === '/metrics') {
      return { status: 200, body: `wfm_projection_lag_events ${Math.max(0, 2 - this.metricsReads++)}` };
    }
    const answer = this.query(new URL(url, 'http://fake'));
    return answer.length === 0
      ? { status: 404, body: NO_DATA }
      : { status: 200, body: JSON.stringify(answer) };
  }

  private query({ pathname, searchParams }: URL): Answer {
    const method = pathname.split('/').pop()!;
    const timelines = pairTimelines(this.received, DEFAULT_RULES);
    const date = (name: string): number => Date.parse(searchParams.get(name)!);
    const period = { start: date('startDate'), end: date('endDate') };
    switch (method) {
      case 'agentStatusData':
        return this.distort(method, expectedAgentStatusData(timelines, period, DEFAULT_RULES));
      case 'agentLoginData':
        return this.distort(method, expectedAgentLoginData(timelines, period, DEFAULT_RULES));
      default:
        return this.distort(method, expectedAgentStatus(timelines, Date.now(), DEFAULT_RULES));
    }
  }
}

function eventOf({ systemId: _, groupId, actionTime, action, ...others }: StatusMessage): SimulatedEvent {
  return {
    ...others,
    groupId: groupId ?? null,
    actionTime: actionTime < 100_000_000_000 ? actionTime * 1000 : actionTime,
    action: action === 1 ? 'enter' : 'exit',
  };
}

const SILENT: Output = {
  line: () => undefined,
  progress: () => ({ advance: () => undefined, stop: () => undefined }),
};

describe('a simulation', () => {
  const services: FakeService[] = [];
  afterEach(async () => {
    for (const service of services.splice(0)) await service.close();
  });

  async function start(honest: HonestService): Promise<FakeService> {
    const service = await fakeService((request) => honest.answer(request));
    services.push(service);
    return service;
  }

  function optionsFor(service: FakeService, ...args: string[]): SimulatorOptions {
    const common = ['--url', service.url.href, '--seed', '7', '--agents', '15', '--deadline', '1'];
    return parseOptions([...common, ...args], Date.now()) as SimulatorOptions;
  }

  it('finds every answer of an honest service equal', async () => {
    const service = await start(new HonestService());
    const options = optionsFor(service);
    const report = await simulate(options, SILENT);

    expect(report.verdicts.map(({ method, differences }) => [method, differences])).toEqual([
      ['agentStatusData', 0],
      ['agentLoginData', 0],
      ['agentStatusData', 0],
      ['agentLoginData', 0],
      ['agentStatus', 0],
    ]);
    expect(report).toMatchObject({ equal: true, seed: '7', systemId: 'sim-7', lag: 0 });
    expect(report.verdicts[0]!.intervals).toBeGreaterThan(500);
    expect(reportLines(report, options).join('\n')).toMatch(/Every answer is as it should be/);
  });

  it('shows what is wrong, and the events that it should follow from', async () => {
    const withoutFirstAgent = (method: string, answer: Answer) =>
      method === 'agentStatus' ? answer.slice(1) : answer;
    const service = await start(new HonestService(withoutFirstAgent));
    const options = optionsFor(service);
    const report = await simulate(options, SILENT);

    const verdict = report.verdicts[4]!;
    expect(report.equal).toBe(false);
    expect(verdict).toMatchObject({ equal: false, differences: 1 });
    expect(verdict.firstDifferences[0]!.explanation).toBe('missing from the answer');
    expect(verdict.firstDifferences[0]!.eventsNearby.length).toBeGreaterThan(0);
    const text = reportLines(report, options).join('\n');
    expect(text).toMatch(
      /agentStatus, now: .*NOT EQUAL: 1 difference\n {2}agent .*: missing from the answer/,
    );
    expect(text).toContain(`--seed 7 --until ${report.until} --agents 15`);
  });

  it('refuses a system that already has intervals, unless it repeats the run that made them', async () => {
    const honest = new HonestService();
    const service = await start(honest);
    const { until } = await simulate(optionsFor(service), SILENT);
    const sent = honest.received.length;

    await expect(simulate(optionsFor(service), SILENT)).rejects.toThrow(
      /already has intervals of system sim-7/,
    );
    expect(honest.received).toHaveLength(sent);
    const repetition = await simulate(optionsFor(service, '--until', until), SILENT);
    expect(repetition.equal).toBe(true);
    expect(honest.received).toHaveLength(2 * sent);
  });
});
