/**
 * The tiers of the code base: a room imports what lies to the left of it, and of its own tier only where that is said.
 * `domain, telemetry ← command ← event-log, store, edge ← ingestion, projection, answers ← operators ← service ← apps`
 * Why operators may import answers is in docs/adr/0018-rooms.md. Tests may import everything.
 */
const TIERS = [
  ['libs/domain', 'libs/telemetry'],
  ['libs/command'],
  ['libs/event-log', 'libs/store', 'libs/edge'],
  ['libs/ingestion', 'libs/projection', 'libs/answers'],
  ['libs/operators'],
  ['libs/service'],
];

/** What oracles are made of: they and the domain stay apart, since each is to find the other's faults. */
const ORACLE = 'libs/oracle';

const APPS = ['receiver', 'projector', 'query', 'standalone', 'maintenance', 'simulator'].map(
  (name) => `apps/${name}`,
);

const TEST_FILES = '\\.(spec|contract|fixture|arbitrary)\\.ts$';

const within = (rooms) => `^(${rooms.join('|')})/`;

const upward = TIERS.flatMap((rooms, tier) =>
  rooms.map((room) => {
    const allowed = [room, ...TIERS.slice(0, tier).flat()];
    return {
      name: `${room.replace('/', '-')}-keeps-to-its-tier`,
      comment: `${room} imports ${allowed.slice(1).join(', ') || 'nothing of ours'}.`,
      severity: 'error',
      from: { path: within([room]), pathNot: TEST_FILES },
      to: { path: '^(libs|apps|test|deploy)/', pathNot: within(allowed) },
    };
  }),
);

const apps = APPS.map((app) => ({
  name: `${app.replace('/', '-')}-imports-no-other-app`,
  comment: 'An app is a door: what two of them share is a library.',
  severity: 'error',
  from: { path: within([app]) },
  to: { path: '^apps/', pathNot: within([app]) },
}));

/** Each of these packages belongs to one library; everyone else goes through its port. */
const OWNERS = {
  'libs/event-log': ['lmdb', 'kafkajs', '@platformatic/kafka'],
  'libs/store': ['@clickhouse/client', 'chdb'],
  'libs/telemetry': ['prom-client', 'pino', '@opentelemetry'],
  'libs/command': ['cli-progress', 'commander', '@commander-js'],
};

const owned = Object.entries(OWNERS).map(([owner, packages]) => ({
  name: `only-${owner.replace('/', '-')}`,
  comment: `${packages.join(', ')}: imported in ${owner} only.`,
  severity: 'error',
  from: { path: '^(apps|libs)/', pathNot: [within([owner]), TEST_FILES] },
  to: { path: packages.map((name) => `(^|/)node_modules/${name}(/|$)`) },
}));

/** @type {import('dependency-cruiser').IConfiguration} */
module.exports = {
  forbidden: [
    {
      name: 'no-circular',
      comment: 'Files that import each other can only be read together: split out what both need.',
      severity: 'error',
      from: { path: '^(apps|libs)/' },
      to: { circular: true },
    },
    ...upward,
    ...apps,
    ...owned,
    {
      name: 'the-domain-imports-nothing',
      comment: 'No framework, no I/O, no clock.',
      severity: 'error',
      from: { path: '^libs/domain/', pathNot: TEST_FILES },
      to: { pathNot: '^libs/domain/' },
    },
    {
      name: 'no-library-imports-an-app',
      severity: 'error',
      from: { path: '^libs/' },
      to: { path: '^apps/' },
    },
    {
      name: 'nothing-shipped-imports-tests',
      severity: 'error',
      from: { path: '^(apps|libs)/', pathNot: TEST_FILES },
      to: { path: ['^test/', TEST_FILES] },
    },
    {
      name: 'oracles-stay-apart',
      comment: 'An oracle that shares code with what it judges shares its faults.',
      severity: 'error',
      from: { path: within([ORACLE]), pathNot: TEST_FILES },
      to: { path: '^(libs|apps)/', pathNot: within([ORACLE]) },
    },
    {
      name: 'only-simulator-and-tests-use-oracles',
      severity: 'error',
      from: { path: '^(apps|libs)/', pathNot: [TEST_FILES, within([ORACLE, 'apps/simulator'])] },
      to: { path: within([ORACLE]) },
    },
    {
      name: 'commands-serve-nothing-over-http',
      comment:
        '#edge and #ingestion/http load the framework: #edge/settings, #edge/part-settings, #ingestion do without.',
      severity: 'error',
      from: {
        path: '^(apps/maintenance/|libs/service/src/projection-)',
        pathNot: TEST_FILES,
      },
      to: { path: '^(libs/edge/src/index|libs/ingestion/src/http/)' },
    },
    {
      name: 'receivers-load-no-store',
      comment: 'A receiver runs without a store, so it does not pay for loading the engine and the queries.',
      severity: 'error',
      from: { path: '^libs/service/src/(start-receiver|receiving-parts|service-parts)\\.' },
      to: { path: within(['libs/store', 'libs/projection', 'libs/answers', 'libs/operators']) },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '^dist/' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.rooms.json' },
    enhancedResolveOptions: { extensions: ['.ts', '.js'] },
  },
};
