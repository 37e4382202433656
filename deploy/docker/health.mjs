// Exits with 0 if the app in this container says that it is well: `node health.mjs live` or `node health.mjs ready`.
const TIMEOUT_MS = 5_500;

// It asks itself, by an address that no certificate names.
process.env.NODE_TLS_REJECT_UNAUTHORIZED = '0';

const check = process.argv[2] ?? 'live';
const scheme = process.env.TLS_CERT_FILE ? 'https' : 'http';
const url = `${scheme}://127.0.0.1:${process.env.PORT || 8080}/health/${check}`;
const isWell = await fetch(url, { signal: AbortSignal.timeout(TIMEOUT_MS) }).then(
  (answer) => answer.ok,
  () => false,
);
process.exit(isWell ? 0 : 1);
