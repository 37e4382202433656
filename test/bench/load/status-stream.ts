import { ids, SYSTEM, type EventStream } from './event-stream.js';
import { RequestTemplate } from './request-template.js';

/** Seconds between two state changes of an agent. */
const STAY_SECONDS = 30;
const CODES = 8;

const BODY = `{"workerId":"A######","stateName":"State number #","stateCode":"S#","systemId":"${SYSTEM}","actionTime":##########,"action":#}`;

/** Agents by turns, each of whom enters a state, leaves it for the next one in the same second, and so on. */
export class StatusStream implements EventStream {
  private made = 0;

  /**
   * @param agents how many agents take turns.
   * @param firstSecond when they all enter their first states, in seconds since the Unix epoch.
   */
  constructor(
    private readonly agents: number,
    private readonly firstSecond: number,
  ) {}

  requests(): () => Buffer {
    const request = new RequestTemplate('/ccwfm/api/rest/status', BODY);
    return () => this.writeNext(request).bytes;
  }

  bodies(): () => Buffer {
    const request = new RequestTemplate('/ccwfm/api/rest/status', BODY);
    return () => this.writeNext(request).body;
  }

  private writeNext(request: RequestTemplate): RequestTemplate {
    const index = this.made++;
    const turn = index < this.agents ? 0 : 1 + Math.floor((index - this.agents) / 2 / this.agents);
    const agent = index < this.agents ? index : ((index - this.agents) >>> 1) % this.agents;
    const leaving = index >= this.agents && (index - this.agents) % 2 === 0;
    const code = (leaving ? turn - 1 : turn) % CODES;
    request.write(0, agent);
    request.write(1, code);
    request.write(2, code);
    request.write(3, this.firstSecond + turn * STAY_SECONDS);
    request.write(4, leaving ? 0 : 1);
    return request;
  }
}

/** The ids of the first agents of a {@link StatusStream}. */
export function agentIds(agents: number): string[] {
  return ids('A', agents);
}
