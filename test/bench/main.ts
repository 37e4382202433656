import { AGENT_STATUS_METHOD, measureAgentStatus } from './figures/agent-status.js';
import { FOLD_METHOD, measureFold } from './figures/fold.js';
import { GROUPS_METHOD, measureGroups } from './figures/groups.js';
import { KAFKA_METHOD, measureKafka } from './figures/kafka.js';
import { KAFKA_OUTAGE_METHOD, measureKafkaOutage } from './figures/kafka-outage.js';
import { KAFKA_PROJECT_METHOD, measureKafkaProject } from './figures/kafka-project.js';
import { measureMemory, MEMORY_METHOD } from './figures/memory.js';
import { measureOnlineLoad, ONLINE_LOAD_METHOD } from './figures/online-load.js';
import { measureProject, PROJECT_METHOD } from './figures/project.js';
import { measureQuery, QUERY_METHOD } from './figures/query.js';
import { measureReceive, RECEIVE_CONTACT_METHOD, RECEIVE_METHOD } from './figures/receive.js';
import { makeIntervalStore, type IntervalStore } from './stores/interval-store.js';
import { makeLegStore } from './stores/leg-store.js';
import { describeMachine } from './measuring/machine.js';
import { HELP, readOptions, UsageError, type BenchOptions, type FigureName } from './options.js';
import { Owned } from './owned.js';
import { progress } from './progress.js';
import { toJson, toText, type Figure, type Report } from './report.js';

const METHODS: Readonly<Record<FigureName, string>> = {
  receive: RECEIVE_METHOD,
  'receive-contact': RECEIVE_CONTACT_METHOD,
  project: PROJECT_METHOD,
  fold: FOLD_METHOD,
  query: QUERY_METHOD,
  memory: MEMORY_METHOD,
  groups: GROUPS_METHOD,
  'online-load': ONLINE_LOAD_METHOD,
  'agent-status': AGENT_STATUS_METHOD,
  kafka: KAFKA_METHOD,
  'kafka-project': KAFKA_PROJECT_METHOD,
  'kafka-outage': KAFKA_OUTAGE_METHOD,
};

async function main(): Promise<void> {
  const options = readOptions(process.argv.slice(2));
  if (options === undefined) {
    process.stdout.write(HELP);
    return;
  }
  const owned = new Owned();
  const interrupted = (signal: NodeJS.Signals) => {
    void owned.release().finally(() => {
      process.stderr.write(`${signal}: stopped all processes\n`);
      process.exit(130);
    });
  };
  process.once('SIGINT', interrupted);
  process.once('SIGTERM', interrupted);
  try {
    const report = await measure(owned, options);
    process.stdout.write(options.json ? toJson(report) : toText(report));
  } finally {
    await owned.release();
  }
}

async function measure(owned: Owned, options: BenchOptions): Promise<Report> {
  const { only, seconds, seed, intervals, legs, outageSeconds } = options;
  const machine = describeMachine();
  let made: Promise<IntervalStore> | undefined;
  const store = () => (made ??= makeIntervalStore(owned, intervals));
  const figureOf: Readonly<Record<FigureName, () => Promise<Figure[]>>> = {
    receive: () => measureReceive(owned, seconds, 'status'),
    'receive-contact': () => measureReceive(owned, seconds, 'contact'),
    project: () => measureProject(owned, seconds),
    kafka: () => measureKafka(owned, seconds),
    'kafka-project': () => measureKafkaProject(owned, seconds, seed),
    'kafka-outage': () => measureKafkaOutage(owned, outageSeconds),
    fold: () => measureFold(owned, seconds, seed),
    query: async () => measureQuery(owned, await store()),
    memory: async () => measureMemory(owned, await store()),
    groups: async () => measureGroups(owned, await makeLegStore(owned, legs)),
    'online-load': () => measureOnlineLoad(owned, seconds),
    'agent-status': () => measureAgentStatus(owned),
  };
  const figures: Figure[] = [];
  for (const name of only) {
    progress(`measuring ${name}`);
    figures.push(...(await figureOf[name]()));
  }
  const methods = Object.fromEntries(only.map((name) => [name, METHODS[name].replaceAll('\n', ' ')]));
  return { machine, seconds, seed, figures, methods };
}

main().then(
  () => process.exit(0),
  (error: unknown) => {
    process.stderr.write(
      `${error instanceof UsageError ? `${error.message}\n${HELP}` : ((error as Error).stack ?? String(error))}\n`,
    );
    process.exit(1);
  },
);
