/** The system that all events of the bench are from. */
export const SYSTEM = 'BENCH';

/** Seconds between two changes of state of one agent. */
const STAY_SECONDS = 30;
const CODES = 8;

/**
 * Distinct, realistic events: every agent enters a state, then leaves it for the next one in the same second, and
 * so on; the agents take turns. Written in place into a template, so that making them costs next to nothing.
 */
export class StatusStream {
  private made = 0;

  /**
   * @param agents how many agents take turns.
   * @param firstSecond when they all enter their first states, in seconds since the Unix epoch.
   */
  constructor(
    private readonly agents: number,
    private readonly firstSecond: number,
  ) {}

  /** Writes the next event into a request that {@link template} gave. */
  writeNext(request: RequestTemplate): void {
    const index = this.made++;
    const turn = index < this.agents ? 0 : 1 + Math.floor((index - this.agents) / 2 / this.agents);
    const agent = index < this.agents ? index : ((index - this.agents) >>> 1) % this.agents;
    const leaving = index >= this.agents && (index - this.agents) % 2 === 0;
    request.write(
      agent,
      (leaving ? turn - 1 : turn) % CODES,
      this.firstSecond + turn * STAY_SECONDS,
      leaving ? 0 : 1,
    );
  }
}

/** The names of the first agents of a {@link StatusStream}. */
export function agentIds(agents: number): string[] {
  return Array.from({ length: agents }, (_, agent) => `A${String(agent).padStart(6, '0')}`);
}

/** One HTTP request whose changing parts have a fixed width. */
export class RequestTemplate {
  readonly bytes: Buffer;
  private readonly agentAt: number;
  private readonly codeAt: number;
  private readonly nameAt: number;
  private readonly timeAt: number;
  private readonly actionAt: number;

  constructor() {
    const body = `{"workerId":"A000000","stateName":"State number 0","stateCode":"S0","systemId":"${SYSTEM}","actionTime":0000000000,"action":0}`;
    const head = [
      'POST /ccwfm/api/rest/status HTTP/1.1',
      'Host: 127.0.0.1',
      'Content-Type: application/json',
      `Content-Length: ${body.length}`,
      '\r\n',
    ].join('\r\n');
    const text = head + body;
    this.bytes = Buffer.from(text, 'latin1');
    this.agentAt = text.indexOf('A000000') + 7;
    this.codeAt = text.indexOf('"S0"') + 2;
    this.nameAt = text.indexOf('number 0') + 7;
    this.timeAt = text.indexOf('0000000000') + 10;
    this.actionAt = text.indexOf('"action":') + 9;
  }

  write(agent: number, code: number, second: number, action: number): void {
    this.writeDigits(this.agentAt, 6, agent);
    this.bytes[this.codeAt] = ZERO + code;
    this.bytes[this.nameAt] = ZERO + code;
    this.writeDigits(this.timeAt, 10, second);
    this.bytes[this.actionAt] = ZERO + action;
  }

  private writeDigits(end: number, digits: number, value: number): void {
    for (let i = 1; i <= digits; i++) {
      this.bytes[end - i] = ZERO + (value % 10);
      value = Math.floor(value / 10);
    }
  }
}

const ZERO = 0x30;
