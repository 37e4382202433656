import { setTimeout as sleep } from 'node:timers/promises';
import { postStatus } from '../../support/http/service-client.js';
import { SYSTEM } from '../load/event-stream.js';
import { get } from './http-get.js';

const MINUTE_SECONDS = 60;
/** Pause between two queries, so that they are not most of the service's work. */
const LOOK_PAUSE_MS = 50;

/** A stay of a separate agent, and when its exit was acknowledged. */
interface Probe {
  readonly agentId: string;
  readonly acknowledgedAt: number;
}

let made = 0;

/** Posts stays and queries `agentStatusData` for all that are not visible yet, in one request. */
export class Probes {
  private waiting: Probe[] = [];
  private readonly seenAfterMs: number[] = [];

  /** @param second the time of the stays, in seconds since the Unix epoch. */
  constructor(
    private readonly url: string,
    private readonly second: number,
    private readonly pauseMs = LOOK_PAUSE_MS,
  ) {}

  /** Posts an enter and an exit; resolves with the exit's 204. */
  async post(): Promise<void> {
    const agentId = `PROBE${made++}`;
    const event = { systemId: SYSTEM, workerId: agentId, stateCode: 'S0', stateName: 'State number 0' };
    await this.send({ ...event, actionTime: this.second, action: 1 });
    await this.send({ ...event, actionTime: this.second + 1, action: 0 });
    this.waiting.push({ agentId, acknowledgedAt: performance.now() });
  }

  /** Queries until all stays are visible. @returns the delays from 204 to visible in milliseconds, ascending. */
  async untilSeen(): Promise<number[]> {
    while (this.waiting.length > 0) await this.look();
    return this.seenAfterMs.sort((a, b) => a - b);
  }

  /** Posts a stay every `everyMs` for `seconds`, and queries for them meanwhile. */
  async run(seconds: number, everyMs: number): Promise<number[]> {
    const end = performance.now() + seconds * 1000;
    const posting = (async () => {
      for (let at = performance.now(); at < end; at += everyMs) {
        await sleep(Math.max(0, at - performance.now()));
        await this.post();
      }
    })();
    while (performance.now() < end) await this.look();
    await posting;
    return this.untilSeen();
  }

  private async look(): Promise<void> {
    await sleep(this.pauseMs);
    const asked = this.waiting;
    if (asked.length === 0) return;
    const period = [this.second - MINUTE_SECONDS, this.second + MINUTE_SECONDS].map(isoSecond);
    const { status, body } = await get(
      `${this.url}/systems/${SYSTEM}/historic/agentStatusData?startDate=${period[0]}&endDate=${period[1]}` +
        `&agentId=${asked.map(({ agentId }) => agentId).join(',')}`,
      { keep: true },
    );
    if (status === 404) return;
    if (status !== 200) throw new Error(`${status} for a probe: ${body?.toString()}`);
    const seen = new Set((JSON.parse(body!.toString()) as { agentId: string }[]).map((item) => item.agentId));
    const now = performance.now();
    for (const { agentId, acknowledgedAt } of asked) {
      if (seen.has(agentId)) this.seenAfterMs.push(now - acknowledgedAt);
    }
    this.waiting = this.waiting.filter(({ agentId }) => !seen.has(agentId));
  }

  private async send(event: object): Promise<void> {
    const { status } = await postStatus(this.url, event);
    if (status !== 204) throw new Error(`a probe was answered ${status}`);
  }
}

export function isoSecond(second: number): string {
  return new Date(second * 1000).toISOString();
}
