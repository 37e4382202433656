import { checkAnswers } from './answer-checks.js';
import type { AnswerCheck } from './answer-checks.js';
import { simulateContactCentre } from './contact-centre.js';
import { disturb } from './disturbances.js';
import type { Delivery } from './disturbances.js';
import { DEFAULT_RULES, isoDate, pairTimelines } from './expected-answers.js';
import type { PairedTimeline } from './expected-answers.js';
import { HttpClient } from './http-client.js';
import type { SimulatorOptions } from './options.js';
import type { Output } from './output.js';
import { BRIEF, PATIENT, RequestFailure } from './retrying.js';
import { SeededRandom } from './seeded-random.js';
import { sendEvents } from './sender.js';
import type { SendingReport } from './sender.js';
import { ServiceQueries } from './service-queries.js';
import { pollUntil, untilProjected } from './settling.js';
import { count, verdictLines, verdictOf } from './verdict.js';
import type { Verdict } from './verdict.js';

/** What a simulation did, and what it found. */
export interface SimulationReport {
  readonly equal: boolean;
  readonly seed: string;
  readonly until: string;
  readonly systemId: string;
  readonly events: Delivery['counts'] & {
    readonly simulated: number;
    readonly sent: number;
    readonly retried: number;
  };
  readonly elapsedMs: { readonly sending: number; readonly settling: number };
  /** Events that the service had still not projected when the answers were compared, if it says. */
  readonly lag: number | null;
  readonly verdicts: readonly Verdict[];
}

/** How long answers may still differ once the service says that it lags no more: its gauge may be a little old. */
const GRACE_AFTER_LAG_MS = 10_000;

const DAY = 86_400_000;

/**
 * Simulates, sends, waits and compares.
 *
 * @throws {RequestFailure} if the service cannot be reached or does not take the events.
 */
export async function simulate(options: SimulatorOptions, output: Output): Promise<SimulationReport> {
  const simulated = simulateContactCentre(options);
  const delivery = disturb(simulated, options.rates, new SeededRandom(options.seed).fork('disturbances'));
  introduce(options, simulated.length, delivery, output);

  const sendClient = new HttpClient({ ...options, baseUrl: options.url });
  const queryClient = new HttpClient({ ...options, baseUrl: options.queryUrl, connections: 2 });
  try {
    const timelines = pairTimelines(delivery.events, DEFAULT_RULES);
    await refuseUsedSystem(options, timelines, queryClient);
    const sending = await send(delivery, options, sendClient, output);
    const settled = await settle(options, timelines, queryClient, output);
    return report(options, simulated.length, delivery, sending, settled);
  } finally {
    sendClient.close();
    queryClient.close();
  }
}

function introduce(options: SimulatorOptions, simulated: number, delivery: Delivery, output: Output): void {
  const { lost, repeated, reordered, late, contradicted } = delivery.counts;
  const { url, seed, systemId, agents, days, until } = options;
  output.line(`Service ${url.origin}, system ${systemId}, seed ${seed}, until ${isoDate(until)}`);
  output.line(
    `${count(agents, 'agent')}, ${count(days, 'day')}: ${count(simulated, 'event')}; of these ${lost} lost, ` +
      `${repeated} repeated, ${reordered} reordered, ${late} late; ${contradicted} contradicted`,
  );
}

/** Events of an earlier run that this one does not know of would show as differences. */
async function refuseUsedSystem(
  options: SimulatorOptions,
  timelines: readonly PairedTimeline[],
  client: HttpClient,
): Promise<void> {
  const queries = new ServiceQueries(client, options.queryUrl, options.systemId, BRIEF);
  if (options.isRepetition) {
    await queries.online();
    return;
  }
  const agentIds = [...new Set(timelines.map(({ agentId }) => agentId))];
  const everything = { start: options.until - 400 * DAY, end: options.until + DAY };
  const earlier = await queries.historic('agentStatusData', agentIds, everything);
  if (Array.isArray(earlier) && earlier.length === 0) return;
  throw new RequestFailure(
    `The service already has intervals of system ${options.systemId}, which would be taken for errors.\n` +
      'Use another --seed or --system, or repeat the earlier run exactly, with its --seed and --until.',
  );
}

async function send(
  delivery: Delivery,
  options: SimulatorOptions,
  client: HttpClient,
  output: Output,
): Promise<SendingReport> {
  const progress = output.progress('Sending', delivery.events.length);
  try {
    return await sendEvents(delivery.events, {
      ...options,
      client,
      retries: PATIENT,
      onSent: () => progress.advance(),
    });
  } finally {
    progress.stop();
  }
}

interface Settled {
  readonly checks: readonly AnswerCheck[];
  readonly lag: number | undefined;
  readonly elapsedMs: number;
}

/** Waits for the projection, then compares until all answers are equal or there is no hope left. */
async function settle(
  options: SimulatorOptions,
  timelines: readonly PairedTimeline[],
  client: HttpClient,
  output: Output,
): Promise<Settled> {
  const queries = new ServiceQueries(client, options.queryUrl, options.systemId, PATIENT);
  const startedAt = performance.now();
  const deadline = startedAt + options.deadlineMs;
  output.line('Waiting for the answers to catch up');

  const lag = await untilProjected(() => queries.lag(), deadline);
  const hopeless = lag === 0 ? Math.min(deadline, performance.now() + GRACE_AFTER_LAG_MS) : deadline;
  const checks = await pollUntil(
    () => checkAnswers(queries, timelines, DEFAULT_RULES),
    (seen) => seen.every(({ differences }) => differences.length === 0),
    hopeless,
  );
  return { checks, lag, elapsedMs: performance.now() - startedAt };
}

function report(
  options: SimulatorOptions,
  simulated: number,
  delivery: Delivery,
  sending: SendingReport,
  settled: Settled,
): SimulationReport {
  const verdicts = settled.checks.map((check) => verdictOf(check, delivery.events));
  return {
    equal: verdicts.every(({ equal }) => equal),
    seed: options.seed,
    until: isoDate(options.until),
    systemId: options.systemId,
    events: { simulated, sent: sending.sent, retried: sending.retried, ...delivery.counts },
    elapsedMs: { sending: Math.round(sending.elapsedMs), settling: Math.round(settled.elapsedMs) },
    lag: settled.lag ?? null,
    verdicts,
  };
}

/** The report as lines for people, the last of which says how to repeat the run. */
export function reportLines(report: SimulationReport, options: SimulatorOptions): string[] {
  const { equal, events, elapsedMs, lag, verdicts } = report;
  const perSecond = Math.round((events.sent * 1000) / Math.max(1, elapsedMs.sending));
  return [
    `Sent ${count(events.sent, 'event')} in ${seconds(elapsedMs.sending)} (${perSecond.toLocaleString('en')}/s), ` +
      `${count(events.retried, 'retry', 'retries')}; the answers took ${seconds(elapsedMs.settling)} more`,
    ...(lag === null || lag === 0
      ? []
      : [`The service still lagged by ${count(lag, 'event')} at the deadline`]),
    ...verdicts.flatMap(verdictLines),
    equal ? 'Every answer is as it should be.' : 'Some answers are NOT as they should be.',
    `Repeat exactly with: ${repetition(options)}`,
  ];
}

/** The command that sends the same events again. */
function repetition(options: SimulatorOptions): string {
  const { seed, until, agents, days, systemId, rates } = options;
  const rateOptions = Object.entries(rates).map(([name, rate]) => `--${name} ${rate}`);
  return [
    `npm run simulate -- --seed ${seed} --until ${isoDate(until)} --agents ${agents} --days ${days}`,
    ...rateOptions,
    ...(systemId === `sim-${seed}` ? [] : [`--system '${systemId}'`]),
  ].join(' ');
}

function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(1)} s`;
}
