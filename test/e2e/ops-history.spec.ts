import fc from 'fast-check';
import { NO_GROUP, type StatusEvent } from '#domain';
import { pairByBruteForce } from '../../libs/oracle/src/brute-force-pairing.js';
import { askOps } from '../support/http/ops-client.js';
import { postContact, request, untilProjected } from '../support/http/service-client.js';
import { removeTemporaryDirectories, StandaloneProcess } from '../support/processes/standalone-process.js';
import { anyStatusEvent } from '../support/data/status-event.arbitrary.js';

const seed = Number(process.env['FC_SEED'] ?? Math.floor(Math.random() * 2 ** 31));
const DAY = 86_400_000;
/** On a full second, and so long ago that all generated days are in the past. */
const ORIGIN = Math.floor(Date.now() / DAY) * DAY - 330 * DAY;
const STATE_MAX_AGE_MS = 43_200_000;
const AGENTS = 12;

interface EventView {
  readonly actionTime: string;
  readonly action: string;
  readonly stateCode: string;
  readonly receivedAt: string;
  readonly delaySeconds: number;
}

interface IntervalView {
  readonly start: string;
  readonly end?: string;
  readonly stateCode: string;
  readonly stateName: string;
  readonly endedBy: string;
  readonly inAgentStatusData: boolean;
  readonly enteredBy: EventView;
  readonly endingEvents: readonly EventView[];
}

interface TimelineView {
  readonly agentId: string;
  readonly timelines: readonly {
    readonly systemId: string;
    readonly groupId?: string;
    readonly intervals: readonly IntervalView[];
    readonly unpairedExits: readonly EventView[];
  }[];
  readonly sessions: readonly object[];
  readonly legs: readonly object[];
}

interface AnomalyView {
  readonly kind: string;
  readonly at: string;
  readonly systemId: string;
  readonly agentId?: string;
  readonly groupId?: string;
  readonly contactId?: string;
  readonly stateCode?: string;
  readonly events: readonly EventView[];
}

const iso = (ms: number) => new Date(ms).toISOString().replace('.000Z', 'Z');
const byText = (a: object, b: object) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1);

describe(`the history of agents for operators (seed ${seed})`, () => {
  let service: StandaloneProcess;
  const events = fc.sample(anyStatusEvent(AGENTS, { origin: ORIGIN }), { seed, numRuns: 700 });

  const upload = async (some: readonly StatusEvent[]) => {
    const lines = some.map(({ groupId, action, ...event }) =>
      JSON.stringify({
        ...event,
        ...(groupId === NO_GROUP ? {} : { groupId }),
        action: action === 'enter' ? 1 : 0,
      }),
    );
    const answer = await request(`${service.url}/ccwfm/api/rest/events`, {
      method: 'POST',
      headers: { 'content-type': 'application/x-ndjson' },
      body: lines.join('\n'),
    });
    expect(answer.json()).toMatchObject({ accepted: some.length });
  };

  beforeAll(async () => {
    service = await StandaloneProcess.start();
    await upload(events);
    await untilProjected(service.url);
  });

  afterAll(async () => {
    await service.stop();
    removeTemporaryDirectories();
  });

  const timelineOf = async (agentId: string, start: number, end: number) => {
    const query = { agentId, from: String(start / 1000), to: String(end / 1000) };
    const answer = await askOps(service.url, 'timeline', query);
    expect(answer.status).toBe(200);
    return answer.json() as TimelineView;
  };
  const historic = async (method: string, agentId: string, start: number, end: number) => {
    const answer = await request(
      `${service.url}/systems/s/historic/${method}?startDate=${iso(start)}&endDate=${iso(end)}&agentId=${agentId}`,
    );
    return answer.status === 404 ? [] : (answer.json() as Record<string, unknown>[]);
  };
  const periods = [
    [ORIGIN, ORIGIN + DAY],
    [ORIGIN + 6 * 3_600_000 + 2_000, ORIGIN + 6 * 3_600_000 + 3_000],
    [ORIGIN + 1, ORIGIN + 23 * 3_600_000].map((time) => Math.floor(time / 1000) * 1000),
    [ORIGIN + 2 * DAY, ORIGIN + 10 * DAY],
    [ORIGIN + 9 * DAY, ORIGIN + 40 * DAY],
    [ORIGIN + 41 * DAY + 4_000, ORIGIN + 42 * DAY],
  ] as [number, number][];
  const agents = Array.from({ length: AGENTS }, (_, i) => String(i + 1));

  const pairedOf = (agentId: string, groupId: string) =>
    pairByBruteForce(
      events.filter((event) => event.workerId === agentId && event.groupId === groupId),
      { stateMaxAgeMs: STATE_MAX_AGE_MS },
    );

  it('agrees with agentStatusData and agentLoginData', async () => {
    for (const [start, end] of periods) {
      for (const agentId of agents) {
        const history = await timelineOf(agentId, start, end);
        const served = history.timelines.flatMap(({ groupId, intervals }) => {
          const states = intervals
            .filter(({ inAgentStatusData }) => inAgentStatusData)
            .map(({ stateCode, stateName, ...interval }) => ({
              startDate: interval.start,
              endDate: interval.end,
              stateCode,
              stateName,
            }));
          const group = groupId === undefined ? {} : { serviceId: '1', groupId };
          return states.length === 0 ? [] : [{ ...group, agentId, states }];
        });
        expect(served).toEqual(await historic('agentStatusData', agentId, start, end));
        const [logins] = await historic('agentLoginData', agentId, start, end);
        const sessions = ((logins?.['logins'] ?? []) as object[]).map((login) => ({
          systemId: 's',
          ...login,
        }));
        expect(history.sessions).toEqual(sessions);
      }
    }
  });

  it('has every interval that the rules derive from the events, with the events behind it', async () => {
    let seen = 0;
    for (const [start, end] of periods) {
      for (const agentId of agents) {
        const history = await timelineOf(agentId, start, end);
        for (const groupId of ['', 'g']) {
          const expected = pairedOf(agentId, groupId).intervals.filter(
            (interval) =>
              (interval.start >= start && interval.start < end) ||
              (interval.start < start &&
                (interval.endedBy === 'open' || (interval.end !== null && interval.end > start))) ||
              (interval.start === end && interval.end === end),
          );
          const timeline = history.timelines.find((each) => (each.groupId ?? '') === groupId);
          const intervals = timeline?.intervals ?? [];
          seen += intervals.length;
          expect(
            intervals
              .map((each) => [each.start, each.end ?? null, each.stateCode, each.stateName, each.endedBy])
              .sort(byText),
          ).toEqual(
            expected
              .map((each) => [
                iso(each.start),
                each.end === null ? null : iso(each.end),
                each.stateCode,
                each.stateName,
                each.endedBy,
              ])
              .sort(byText),
          );
          for (const interval of intervals) expectItsEvents(interval);
          const orphans = pairedOf(agentId, groupId).anomalies.filter(
            ({ kind, at }) => kind === 'orphan_exit' && at >= start && at < end,
          );
          expect(
            (timeline?.unpairedExits ?? []).map(({ actionTime, stateCode }) => [actionTime, stateCode]),
          ).toEqual(orphans.map(({ at, stateCode }) => [iso(at), stateCode]));
        }
      }
    }
    expect(seen).toBeGreaterThan(AGENTS);
  });

  function expectItsEvents(interval: IntervalView): void {
    const { start, end, stateCode, endedBy, enteredBy, endingEvents } = interval;
    expect(enteredBy).toMatchObject({ actionTime: start, stateCode, action: 'enter' });
    expect(enteredBy.delaySeconds).toBe((Date.parse(enteredBy.receivedAt) - Date.parse(start)) / 1000);
    if (endedBy === 'open') expect(endingEvents).toEqual([]);
    else if (endedBy === 'exit') {
      expect(endingEvents).toEqual([expect.objectContaining({ actionTime: end, action: 'exit', stateCode })]);
    } else {
      expect(endingEvents.length).toBeGreaterThan(0);
      for (const event of endingEvents) expect(event.action).toBe('enter');
      const time = Date.parse(endingEvents[0]!.actionTime);
      if (endedBy === 'unknown') expect(time - Date.parse(start)).toBeGreaterThan(STATE_MAX_AGE_MS);
      else expect(time).toBe(Date.parse(end!));
    }
  }

  it('has every anomaly that the rules find, in pages, with the events around it', async () => {
    const listed: AnomalyView[] = [];
    for (let cursor: string | undefined = ''; cursor !== undefined;) {
      const answer = await askOps(service.url, 'anomalies', {
        limit: '40',
        ...(cursor === '' ? {} : { cursor }),
      });
      const page = answer.json() as { anomalies: AnomalyView[]; nextCursor?: string };
      listed.push(...page.anomalies);
      cursor = page.nextCursor;
    }
    const expected = agents.flatMap((agentId) =>
      ['', 'g'].flatMap((groupId) =>
        pairedOf(agentId, groupId).anomalies.map(({ kind, at, stateCode }) => [
          iso(at),
          agentId,
          groupId,
          kind,
          stateCode,
        ]),
      ),
    );
    const identities = listed.map(({ at, agentId, groupId = '', kind, stateCode }) => [
      at,
      agentId,
      groupId,
      kind,
      stateCode,
    ]);
    expect([...identities].sort(byText)).toEqual([...expected].sort(byText));
    const times = listed.map(({ at }) => Date.parse(at));
    expect(times).toEqual([...times].sort((a, b) => b - a));
    for (const { at, agentId, groupId = '', events: around } of listed) {
      const times = [...new Set(around.map(({ actionTime }) => actionTime))];
      expect(times).toContain(at);
      const ofTimeline = events.filter((event) => event.workerId === agentId && event.groupId === groupId);
      const before = ofTimeline.filter((event) => event.actionTime < Date.parse(at));
      expect(around.filter(({ actionTime }) => actionTime < at)).toHaveLength(
        Math.min(
          5,
          new Set(before.map(({ actionTime, action, stateCode }) => `${actionTime} ${action} ${stateCode}`))
            .size,
        ),
      );
    }
    const [first] = listed as [AnomalyView];
    const chosen = await askOps(service.url, 'anomalies', {
      kind: first.kind,
      agentId: first.agentId!,
      systemId: 's',
    });
    const same = listed.filter(({ kind, agentId }) => kind === first.kind && agentId === first.agentId);
    expect((chosen.json() as { anomalies: object[] }).anomalies).toEqual(same);
    const at = String(Date.parse(first.at));
    const later = await askOps(service.url, 'anomalies', { from: at });
    expect(
      (later.json() as { anomalies: AnomalyView[] }).anomalies.every((each) => each.at === first.at),
    ).toBe(true);
    const earlier = await askOps(service.url, 'anomalies', { to: at, limit: '200' });
    expect((earlier.json() as { anomalies: AnomalyView[] }).anomalies[0]!.at < first.at).toBe(true);
  });

  it('has anomalies and legs of contacts', async () => {
    const at = Math.floor(ORIGIN / 1000) + 100;
    const step = { systemId: 'k', contactId: "c'1", groupId: 'g', workerId: 'agent' };
    for (const [after, action, groupId] of [
      [0, 'answered', 'g'],
      [10, 'answered', 'h'],
      [20, 'finished', 'h'],
      [30, 'finished', 'h'],
    ] as const) {
      await postContact(service.url, { ...step, groupId, action, actionTime: at + after });
    }
    await untilProjected(service.url);
    const answer = await askOps(service.url, 'anomalies', { contactId: "c'1" });
    const { anomalies } = answer.json() as { anomalies: AnomalyView[] };
    expect(anomalies.map(({ kind, at: time, contactId }) => [kind, time, contactId])).toEqual([
      ['orphan_step', iso((at + 30) * 1000), "c'1"],
      ['lost_end', iso((at + 10) * 1000), "c'1"],
    ]);
    expect(anomalies[0]!.events.map(({ action }) => action)).toEqual([
      'answered',
      'answered',
      'finished',
      'finished',
    ]);
    const timeline = await askOps(service.url, 'timeline', {
      agentId: 'agent',
      from: String(at + 5),
      to: String(at + 50),
    });
    expect(timeline.json()).toMatchObject({
      timelines: [],
      sessions: [],
      legs: [
        { contactId: "c'1", groupId: 'g', answered: iso(at * 1000), outcome: 'unended' },
        { contactId: "c'1", groupId: 'h', ended: iso((at + 20) * 1000), outcome: 'processed' },
      ],
    });
  });

  it('refuses invalid requests naming the parameter, and treats all parameters as values', async () => {
    const good = { agentId: '1', from: '1577836800', to: String(1_577_836_800 + 31 * 86_400) };
    expect((await askOps(service.url, 'timeline', good)).json()).toMatchObject({ timelines: [] });
    const bad: [string, Record<string, string>][] = [
      ['agentId', { ...good, agentId: '' }],
      ['from', { ...good, from: '' }],
      ['to', { ...good, to: '' }],
      ['from', { ...good, from: "1' OR 1=1" }],
      ['to', { ...good, to: good.from }],
      ['to', { ...good, to: String(Number(good.to) + 1) }],
      ['agentId', { ...good, agentId: 'x'.repeat(513) }],
      ['agentId', { ...good, agentId: 'x\u0000' }],
    ];
    for (const [field, query] of bad) {
      const answer = await askOps(service.url, 'timeline', query);
      expect(answer.status).toBe(400);
      expect(answer.json()).toEqual({
        field,
        message: expect.any(String) as string,
        description: expect.any(String) as string,
      });
    }
    for (const evil of ["' OR 1=1 --", '{agent:String}', '\\', '%']) {
      for (const name of ['agentId', 'systemId']) {
        const answer = await askOps(service.url, 'timeline', { ...good, [name]: evil });
        expect(answer.json()).toMatchObject({ timelines: [], sessions: [], legs: [] });
      }
      for (const name of ['agentId', 'contactId', 'systemId']) {
        expect((await askOps(service.url, 'anomalies', { [name]: evil })).json()).toEqual({ anomalies: [] });
      }
      for (const name of ['kind', 'from', 'to', 'limit', 'cursor']) {
        const answer = await askOps(service.url, 'anomalies', { [name]: evil });
        expect([answer.status, (answer.json() as { field: string }).field]).toEqual([400, name]);
      }
    }
  });
});
