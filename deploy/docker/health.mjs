// Exits with 0 if the app in this container says that it is well: `node health.mjs live` or `node health.mjs ready`.
const TIMEOUT_MS = 5_500;

const check = process.argv[2] ?? 'live';
const url = `http://127.0.0.1:${process.env.PORT || 8080}/health/${check}`;
const isWell = await fetch(url, { signal: AbortSignal.timeout(TIMEOUT_MS) }).then(
  (answer) => answer.ok,
  () => false,
);
process.exit(isWell ? 0 : 1);
