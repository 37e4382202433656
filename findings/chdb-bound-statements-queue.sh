#!/usr/bin/env bash
# Statements with bound values run one after another, even on different Sessions.
#
# One would expect: asynchronous statements on two Sessions run side by side, whether or not values are bound to them.
# What happens: `queryAsync` does; `queryBindAsync` runs one statement at a time per thread, whatever the Session. The
#   package's documentation does not mention it.
# Seen with: chdb 3.4.0 (engine 26.7.2.1), Node 20.20.2, on 2026-11-29.
# Why it matters for a service that stores contact-centre events: values must be bound, so one long report holds up
#   every short query after it. Connections that should run side by side need one thread each.
set -euo pipefail

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
echo '{ "private": true, "type": "module" }' > package.json
npm install --silent chdb@3.4.0 || {
  echo 'npm install failed: check that the registry can be reached, then run this again.' >&2
  exit 2
}

cat > check.js <<'EOF'
import { drainPending, Session } from 'chdb';

const sessions = [new Session('./db'), new Session('./db')];
for (const session of sessions) await session.queryAsync('SELECT 1');
async function seconds(run) {
  const start = performance.now();
  await Promise.all(sessions.map(run));
  return (performance.now() - start) / 1000;
}
const plain = await seconds((session) => session.queryAsync('SELECT sleep(1)'));
const bound = await seconds((session) => session.queryBindAsync('SELECT sleep({s:Float64})', { s: 1 }));
console.log(`engine ${sessions[0].query('SELECT version()', 'TabSeparated').trim()}`);
for (const session of sessions) session.close();
await drainPending();

const ratio = bound / plain;
console.log('two statements of 1 s, on two Sessions at once');
console.log('expected: the same time with and without bound values');
console.log(
  `seen: ${plain.toFixed(1)} s without bound values, ${bound.toFixed(1)} s with (ratio ${ratio.toFixed(1)})`,
);
const asRecorded = ratio > 1.5;
console.log(asRecorded ? 'As recorded.' : 'The behaviour changed: update this finding.');
process.exitCode = asRecorded ? 0 : 1;
EOF
node check.js < /dev/null
