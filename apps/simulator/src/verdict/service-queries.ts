import { compareBytes, isoDate, type Period } from '#oracle';
import type { HttpAnswer, HttpClient } from '../sending/http-client.js';
import { retrying } from '../sending/retrying.js';
import type { RetryPolicy } from '../sending/retrying.js';

/** The longest path with query that is asked for; the service takes request lines of 256 KiB. */
const MAX_PATH_LENGTH = 250 * 1024;

const LAG_GAUGES = /^(?:wfm_projection_lag_events|wfm_spool_events)(?:\{.*\})?\s+(\S+)/gm;

/** Historic methods that ask for agents. */
export type AgentMethod = 'agentStatusData' | 'agentLoginData' | 'agentCallsData' | 'agentChatsWorkTime';

/** Every method of the service that answers a question. */
export type Method = AgentMethod | 'agentStatus' | 'serviceGroupData' | 'groupsOnlineLoad' | 'personnel';

/** Asks one external system's questions, as WFM would. */
export class ServiceQueries {
  constructor(
    private readonly client: HttpClient,
    private readonly url: URL,
    private readonly systemId: string,
    private readonly retries: RetryPolicy,
  ) {}

  /**
   * The parsed answer for the agents, an empty list for 404 (no data). Only where one request line could not hold
   * the agents, they are asked for in several.
   *
   * @throws {RequestFailure} if the service keeps answering anything but 200 or its own 404.
   */
  historic(method: AgentMethod, agentIds: readonly string[], period: Period): Promise<unknown> {
    return this.askForAll(`/historic/${method}?${dates(period)}&agentId=`, agentIds);
  }

  /** The parsed answer to `serviceGroupData`; the groups are asked for as agents are. */
  serviceGroupData(groupIds: readonly string[], period: Period, stepMs: number): Promise<unknown> {
    return this.askForAll(`/historic/serviceGroupData?${dates(period)}&step=${stepMs}&groupId=`, groupIds);
  }

  /** The parsed answer to `agentStatus`, an empty list for 404 (no data). */
  online(): Promise<unknown> {
    return this.ask('/online/agentStatus');
  }

  /** The parsed answer to `groupsOnlineLoad`; the groups are asked for as agents are. */
  groupsOnlineLoad(groupIds: readonly string[]): Promise<unknown> {
    return this.askForAll('/online/groupsOnlineLoad?groupId=', groupIds);
  }

  /** The parsed answer to `personnel`, an empty list for 404 (no directory yet). */
  personnel(): Promise<unknown> {
    return this.ask('/personnel');
  }

  /** How many events the service says it has not projected yet; `undefined` where it does not say. */
  async lag(): Promise<number | undefined> {
    const answer = await this.client.get('/metrics').catch(() => undefined);
    if (answer?.status !== 200) return undefined;
    const gauges = [...answer.body.matchAll(LAG_GAUGES)].map(([line, value]) => ({ line, value }));
    if (!gauges.some(({ line }) => line.startsWith('wfm_projection_lag_events'))) return undefined;
    return gauges.reduce((sum, { value }) => sum + Number(value), 0);
  }

  private async askForAll(question: string, ids: readonly string[]): Promise<unknown> {
    const answers: unknown[] = [];
    for (const list of idLists(ids, MAX_PATH_LENGTH - this.systemPath().length - question.length)) {
      answers.push(await this.ask(question + list));
    }
    return answers.length === 1 ? answers[0] : answers.flat();
  }

  private systemPath(): string {
    return `/systems/${encodeURIComponent(this.systemId)}`;
  }

  private async ask(question: string): Promise<unknown> {
    const path = this.systemPath() + question;
    const { status, body } = await retrying(() => this.client.get(path), {
      what: `GET ${path.split('?')[0]} from ${this.url.host}`,
      policy: this.retries,
      isSuccess: (answer) => answer.status === 200 || saysNoData(answer),
    });
    return status === 404 ? [] : nonEmptyAnswer(body);
  }
}

function dates({ start, end }: Period): string {
  return `startDate=${isoDate(start)}&endDate=${isoDate(end)}`;
}

/** The ids in the order of their UTF-8 bytes, as comma-separated lists of at most the given length. */
export function idLists(ids: readonly string[], maxLength: number): string[] {
  const lists: string[] = [];
  for (const id of [...ids].sort(compareBytes).map(encodeURIComponent)) {
    const list = lists[lists.length - 1];
    if (list === undefined || list.length + 1 + id.length > maxLength) lists.push(id);
    else lists[lists.length - 1] = `${list},${id}`;
  }
  return lists;
}

/** A 404 means "no data" only if it is the service's own; anybody answers 404 to a path that they do not know. */
function saysNoData({ status, body }: HttpAnswer): boolean {
  if (status !== 404) return false;
  const problem = parseJson(body);
  return typeof problem === 'object' && problem !== null && 'field' in problem && 'message' in problem;
}

/** Without data, 404 is due: an empty list is then not the right answer. */
function nonEmptyAnswer(body: string): unknown {
  const answer = parseJson(body);
  return Array.isArray(answer) && answer.length === 0
    ? 'an empty list with status 200, where 404 is due'
    : answer;
}

function parseJson(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return `not JSON: ${body.slice(0, 300)}`;
  }
}
