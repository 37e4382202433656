import {
  type CentreEvent,
  type ContactMessage,
  type Directory,
  DEFAULT_RULES,
  expectedAgentLoginData,
  expectedAgentStatus,
  expectedAgentStatusData,
  expectedAgentCallsData,
  expectedAgentChatsWorkTime,
  expectedServiceGroupData,
  expectedGroupsOnlineLoad,
  expectedPersonnel,
  factsOf,
  type Facts,
  type StatusMessage,
} from '#oracle';
import { fakeService, NO_DATA } from './sending/fake-service.fixture.js';
import type { FakeAnswer, FakeService, SeenRequest } from './sending/fake-service.fixture.js';
import { parseOptions } from './options.js';
import type { SimulatorOptions } from './options.js';
import type { Output } from './output.js';
import { reportLines, simulate } from './simulate.js';

type Distortion = (method: string, answer: object[]) => object[];

/** A service that keeps every event and answers from the rules themselves, once it has been asked a few times. */
class HonestService {
  readonly received: CentreEvent[] = [];
  readonly directories: Directory[] = [];
  private metricsReads = 0;
  private known: { readonly events: number; readonly facts: Facts } | undefined;

  constructor(private readonly distort: Distortion = (_, answer) => answer) {}

  answer({ method, url, body }: SeenRequest): FakeAnswer {
    if (method !== 'GET') {
      this.take(url, JSON.parse(body));
      return { status: 204 };
    }
    if (url === '/metrics') {
      return { status: 200, body: `wfm_projection_lag_events ${Math.max(0, 2 - this.metricsReads++)}` };
    }
    const answer = this.query(new URL(url, 'http://fake'));
    return Array.isArray(answer) && answer.length === 0
      ? { status: 404, body: NO_DATA }
      : { status: 200, body: JSON.stringify(answer) };
  }

  /** Nothing more is sent once answers are compared, so the facts are computed once for each number of events. */
  private facts(): Facts {
    if (this.known?.events !== this.received.length) {
      const facts = factsOf(this.received, this.directories.at(-1), 'sim-7', DEFAULT_RULES);
      this.known = { events: this.received.length, facts };
    }
    return this.known.facts;
  }

  private take(url: string, message: unknown): void {
    if (url.endsWith('/personnel')) this.directories.push(message as Directory);
    else if (url.endsWith('/contact')) this.received.push(stepOf(message as ContactMessage));
    else this.received.push(eventOf(message as StatusMessage));
  }

  private query({ pathname, searchParams }: URL): object {
    const method = pathname.split('/').pop()!;
    if (method === 'personnel') return expectedPersonnel(this.directories.at(-1)!, 'sim-7');
    return this.distort(method, this.listOf(method, searchParams));
  }

  private listOf(method: string, parameters: URLSearchParams): object[] {
    const facts = this.facts();
    const { timelines, legs, assignments } = facts;
    const date = (name: string): number => Date.parse(parameters.get(name)!);
    const period = { start: date('startDate'), end: date('endDate') };
    const stepMs = Number(parameters.get('step'));
    switch (method) {
      case 'agentStatusData':
        return expectedAgentStatusData(timelines, period, DEFAULT_RULES, assignments);
      case 'agentLoginData':
        return expectedAgentLoginData(timelines, period, DEFAULT_RULES);
      case 'serviceGroupData':
        return expectedServiceGroupData(legs, period, stepMs, DEFAULT_RULES, assignments);
      case 'agentCallsData':
        return expectedAgentCallsData(legs, period, DEFAULT_RULES, assignments);
      case 'agentChatsWorkTime':
        return expectedAgentChatsWorkTime(legs, period, Date.now(), DEFAULT_RULES);
      case 'groupsOnlineLoad':
        return expectedGroupsOnlineLoad(facts, facts.groupIds, Date.now(), DEFAULT_RULES);
      default:
        return expectedAgentStatus(timelines, Date.now(), DEFAULT_RULES);
    }
  }
}

function eventOf({ systemId: _, groupId, actionTime, action, ...others }: StatusMessage): CentreEvent {
  return {
    ...others,
    groupId: groupId ?? null,
    actionTime: timeOf(actionTime),
    action: action === 1 ? 'enter' : 'exit',
  };
}

function stepOf({ systemId: _, actionTime, ...others }: ContactMessage): CentreEvent {
  const notStated = { workerId: '', customerId: '', channelType: '' };
  return { ...notStated, ...others, actionTime: timeOf(actionTime) };
}

function timeOf(sent: number): number {
  return sent < 100_000_000_000 ? sent * 1000 : sent;
}

const DAY_MS = 86_400_000;
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
    const common = ['--url', service.url.href, '--seed', '7', '--agents', '8', '--deadline', '1'];
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
      ...Array.from({ length: 8 }, () => ['serviceGroupData', 0]),
      ['agentCallsData', 0],
      ['agentCallsData', 0],
      ['agentChatsWorkTime', 0],
      ['agentChatsWorkTime', 0],
      ['groupsOnlineLoad', 0],
      ['personnel', 0],
    ]);
    expect(report).toMatchObject({ equal: true, seed: '7', systemId: 'sim-7', lag: 0 });
    expect(report.verdicts[0]!.holds['intervals']).toBeGreaterThan(200);
    const text = reportLines(report, options).join('\n');
    expect(text).toMatch(/Every answer is correct/);
    expect(text).toMatch(/serviceGroupData, .*, by 300 s: \d groups, \d+ buckets, \d+ contacts: equal/);
    expect(text).toMatch(/personnel, now: \d services?, \d+ agents: equal/);
  });

  it('puts one directory before the events, and the one that counts when half of them were sent', async () => {
    const service = await start(new HonestService());
    const report = await simulate(optionsFor(service), SILENT);
    const sent = service.seen.filter(({ method }) => method !== 'GET');
    const puts = sent.flatMap(({ method }, index) => (method === 'PUT' ? [index] : []));
    expect(puts).toEqual([0, 1 + Math.floor(report.events.sent / 2)]);
    const [earlier, latest] = puts.map((index) => sent[index]!.body);
    expect(latest).not.toBe(earlier);
  });

  it('has statuses only, if that is wanted', async () => {
    const honest = new HonestService();
    const options = optionsFor(await start(honest), '--no-contacts');
    const report = await simulate(options, SILENT);
    expect(report.verdicts.map(({ method }) => method)).toEqual([
      ...['agentStatusData', 'agentLoginData', 'agentStatusData', 'agentLoginData', 'agentStatus'],
    ]);
    expect(report).toMatchObject({ equal: true, events: { contactSteps: 0 } });
    expect(honest.directories).toEqual([]);
    expect(reportLines(report, options).at(-1)).toContain('--no-contacts');
  });

  it('finds a service that runs with another time zone', async () => {
    const service = await start(new HonestService());
    // Always the same hour: at some, no agent has a chat on both sides of either midnight.
    const noonYesterday = new Date(Math.floor(Date.now() / DAY_MS) * DAY_MS - DAY_MS / 2).toISOString();
    const options = optionsFor(service, '--time-zone', 'Asia/Kathmandu', '--until', noonYesterday);
    const report = await simulate(options, SILENT);
    const wrong = report.verdicts.filter(({ equal }) => !equal).map(({ method }) => method);
    expect(wrong).toEqual(expect.arrayContaining(['serviceGroupData', 'agentChatsWorkTime']));
    expect(wrong).not.toContain('agentCallsData');
    expect(reportLines(report, options).at(-1)).toContain('--time-zone Asia/Kathmandu');
  });

  it('shows a wrong figure of a group, and the steps of contacts that it should follow from', async () => {
    const withoutLastGroup: Distortion = (method, answer) =>
      method === 'groupsOnlineLoad' ? answer.slice(0, -1) : answer;
    const service = await start(new HonestService(withoutLastGroup));
    const options = optionsFor(service);
    const report = await simulate(options, SILENT);
    const text = reportLines(report, options).join('\n');
    expect(report.verdicts.filter(({ equal }) => !equal)).toMatchObject([
      { method: 'groupsOnlineLoad', differences: 1 },
    ]);
    expect(text).toMatch(/groupsOnlineLoad, now: .*NOT EQUAL: 1 difference\n {2}group .*: missing/);
    expect(text).toMatch(/ {4}sent .* queued .* in group /);
  });

  it('shows what is wrong, and the events that it should follow from', async () => {
    const withoutFirstAgent: Distortion = (method, answer) =>
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
    expect(text).toContain(`--seed 7 --until ${report.until} --agents 8`);
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
