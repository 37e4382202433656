import { checkAnswers } from './verdict/answer-checks.js';
import type { AnswerCheck } from './verdict/answer-checks.js';
import { simulateContactCentre } from './platform/contact-centre.js';
import {
  isContactStep,
  type CentreEvent,
  type Directory,
  DEFAULT_RULES,
  isoDate,
  type ServiceRules,
  factsOf,
  type Facts,
  SeededRandom,
} from '#oracle';
import { simulateContacts } from './platform/contacts.js';
import { putDirectory } from './sending/directory-sender.js';
import { disturb } from './platform/disturbances.js';
import type { Delivery } from './platform/disturbances.js';
import { HttpClient } from './sending/http-client.js';
import type { SimulatorOptions } from './options.js';
import type { Output } from './output.js';
import { BRIEF, PATIENT, RequestFailure } from './sending/retrying.js';
import { sendEvents } from './sending/sender.js';
import type { SendingReport } from './sending/sender.js';
import { ServiceQueries } from './verdict/service-queries.js';
import { simulateDirectories } from './platform/simulated-directory.js';
import type { SimulatedDirectories } from './platform/simulated-directory.js';
import { pollUntil, untilProjected } from './verdict/poll-until.js';
import { count, verdictLines, verdictOf } from './verdict/verdict.js';
import type { Verdict } from './verdict/verdict.js';

/** What a simulation did, and what it found. */
export interface SimulationReport {
  readonly equal: boolean;
  readonly seed: string;
  readonly until: string;
  readonly systemId: string;
  readonly events: Delivery['counts'] & {
    readonly simulated: number;
    /** Those of the simulated ones that are steps of contacts; the others are statuses. */
    readonly contactSteps: number;
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

/** Everything that the platform does: its events as they happen, what is sent of them, and the directories it puts. */
interface Simulated {
  readonly events: readonly CentreEvent[];
  readonly delivery: Delivery;
  readonly directories: SimulatedDirectories | undefined;
}

/**
 * Simulates, sends, waits and compares.
 *
 * @throws {RequestFailure} if the service cannot be reached or does not take the events or the directories.
 */
export async function simulate(options: SimulatorOptions, output: Output): Promise<SimulationReport> {
  const simulated = simulateAll(options);
  introduce(options, simulated, output);

  const sendClient = new HttpClient({ ...options, baseUrl: options.url });
  const queryClient = new HttpClient({ ...options, baseUrl: options.queryUrl, connections: 2 });
  try {
    const rules = { ...DEFAULT_RULES, timeZone: options.timeZone };
    const { delivery, directories } = simulated;
    const facts = factsOf(delivery.events, directories?.latest, options.systemId, rules);
    await refuseUsedSystem(options, facts, queryClient);
    const sending = await send(simulated, options, sendClient, output);
    const settled = await settle(options, facts, rules, queryClient, output);
    return report(options, simulated, sending, settled);
  } finally {
    sendClient.close();
    queryClient.close();
  }
}

function simulateAll(options: SimulatorOptions): Simulated {
  const statuses = simulateContactCentre(options);
  const steps = options.contacts ? simulateContacts(options, statuses) : [];
  const events: CentreEvent[] = [...statuses, ...steps].sort((a, b) => a.actionTime - b.actionTime);
  const workerIds = [...new Set(statuses.map(({ workerId }) => workerId))];
  return {
    events,
    delivery: disturb(events, options.rates, new SeededRandom(options.seed).fork('disturbances')),
    directories: options.contacts ? simulateDirectories(options.seed, workerIds) : undefined,
  };
}

function introduce(options: SimulatorOptions, { events, delivery }: Simulated, output: Output): void {
  const { lost, repeated, reordered, late, contradicted } = delivery.counts;
  const { url, seed, systemId, agents, days, until } = options;
  output.line(`Service ${url.origin}, system ${systemId}, seed ${seed}, until ${isoDate(until)}`);
  output.line(
    `${count(agents, 'agent')}, ${count(days, 'day')}: ${count(events.length, 'event')} ` +
      `(${count(countContactSteps(events), 'step')} of contacts); ${lost} lost, ` +
      `${repeated} repeated, ${reordered} reordered, ${late} late; ${contradicted} contradicted`,
  );
}

function countContactSteps(events: readonly CentreEvent[]): number {
  return events.filter(isContactStep).length;
}

/** Events of an earlier run that this one does not know of would show as differences. */
async function refuseUsedSystem(
  options: SimulatorOptions,
  { agentIds }: Facts,
  client: HttpClient,
): Promise<void> {
  const queries = new ServiceQueries(client, options.queryUrl, options.systemId, BRIEF);
  if (options.isRepetition) {
    await queries.online();
    return;
  }
  const everything = { start: options.until - 400 * DAY, end: options.until + DAY };
  const earlier = await queries.historic('agentStatusData', agentIds, everything);
  if (Array.isArray(earlier) && earlier.length === 0) return;
  throw new RequestFailure(
    `The service already has intervals of system ${options.systemId}, which would be taken for errors.\n` +
      'Use another --seed or --system, or repeat the earlier run exactly, with its --seed and --until.',
  );
}

/** Another directory is there first; the one that counts replaces it when half of the events were sent. */
async function send(
  { delivery, directories }: Simulated,
  options: SimulatorOptions,
  client: HttpClient,
  output: Output,
): Promise<SendingReport> {
  const put = async (directory: Directory | undefined): Promise<void> => {
    if (directory !== undefined) await putDirectory(directory, { ...options, client, retries: PATIENT });
  };
  await put(directories?.earlier);
  const progress = output.progress('Sending', delivery.events.length);
  const sendAll = (events: readonly CentreEvent[]): Promise<SendingReport> =>
    sendEvents(events, { ...options, client, retries: PATIENT, onSent: () => progress.advance() });
  try {
    const half = Math.floor(delivery.events.length / 2);
    const first = await sendAll(delivery.events.slice(0, half));
    await put(directories?.latest);
    const second = await sendAll(delivery.events.slice(half));
    return {
      sent: first.sent + second.sent,
      retried: first.retried + second.retried,
      elapsedMs: first.elapsedMs + second.elapsedMs,
    };
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
  facts: Facts,
  rules: ServiceRules,
  client: HttpClient,
  output: Output,
): Promise<Settled> {
  const { systemId, until } = options;
  const queries = new ServiceQueries(client, options.queryUrl, systemId, PATIENT);
  const startedAt = performance.now();
  const deadline = startedAt + options.deadlineMs;
  output.line('Waiting for the answers to catch up');

  const lag = await untilProjected(() => queries.lag(), deadline);
  const hopeless = lag === 0 ? Math.min(deadline, performance.now() + GRACE_AFTER_LAG_MS) : deadline;
  const checks = await pollUntil(
    () => checkAnswers({ queries, facts, rules, systemId, until }),
    (seen) => seen.every(({ differences }) => differences.length === 0),
    hopeless,
  );
  return { checks, lag, elapsedMs: performance.now() - startedAt };
}

function report(
  options: SimulatorOptions,
  { events, delivery }: Simulated,
  sending: SendingReport,
  settled: Settled,
): SimulationReport {
  const verdicts = settled.checks.map((check) => verdictOf(check, delivery.events));
  return {
    equal: verdicts.every(({ equal }) => equal),
    seed: options.seed,
    until: isoDate(options.until),
    systemId: options.systemId,
    events: {
      simulated: events.length,
      contactSteps: countContactSteps(events),
      sent: sending.sent,
      retried: sending.retried,
      ...delivery.counts,
    },
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
      : [`The service was still ${count(lag, 'event')} behind at the deadline`]),
    ...verdicts.flatMap(verdictLines),
    equal ? 'Every answer is correct.' : 'Some answers are WRONG.',
    `Repeat exactly with: ${repetition(options)}`,
  ];
}

/** The command that sends the same events again. */
export function repetition(options: SimulatorOptions): string {
  const { seed, until, agents, days, contacts, timeZone, systemId, rates } = options;
  const rateOptions = Object.entries(rates).map(([name, rate]) => `--${name} ${rate}`);
  return [
    `npm run simulate -- --seed ${seed} --until ${isoDate(until)} --agents ${agents} --days ${days}`,
    ...(contacts ? [] : ['--no-contacts']),
    ...(timeZone === 'UTC' ? [] : [`--time-zone ${timeZone}`]),
    ...rateOptions,
    ...(systemId === `sim-${seed}` ? [] : [`--system '${systemId}'`]),
  ].join(' ');
}

function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(1)} s`;
}
