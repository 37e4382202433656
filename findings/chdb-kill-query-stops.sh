#!/usr/bin/env bash
# A statement of the embedded engine that cannot be aborted can be killed from another Session.
#
# One would expect: nothing stops a running statement that is not streamed. The documentation of the package says that
#   aborting one settles its promise, and that the computation "runs to completion".
# What happens: after an abort it does continue, but `KILL QUERY` on a second Session of the same process ends it at once.
# Seen with: chdb 3.4.0 (engine 26.7.2.1), Node 20.20.2, on 2026-11-29.
# Why it matters for a service that stores contact-centre events: the report of a client that disconnects need not keep
#   the engine busy. Name the statement with log_comment, and kill it by that name once it has begun to read.
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
import { setTimeout as wait } from 'node:timers/promises';
import { drainPending, Session } from 'chdb';

const reader = new Session('./db');
const other = new Session('./db');
const FULL_SECONDS = 10;
const report = `SELECT sum(sleepEachRow(0.01)) FROM numbers(${FULL_SECONDS * 100})
  SETTINGS max_block_size = 10, log_comment = 'report'`;
const named = `Settings['log_comment'] = 'report' AND read_rows > 0`;
const runs = async () =>
  (await other.queryAsync(`SELECT count() FROM system.processes WHERE ${named}`, { format: 'TabSeparated' }))
    .text()
    .trim() === '1';
const controller = new AbortController();
const start = performance.now();
const answer = reader.queryAsync(report, { signal: controller.signal }).catch((error) => error.name);
while (!(await runs()) && performance.now() - start < 5000) await wait(20);
controller.abort();
const aborted = await answer;
await wait(300);
const goesOn = await runs();
const killedAt = performance.now();
await other.queryAsync(`KILL QUERY WHERE ${named} ASYNC`);
await drainPending();
const stoppedAfter = (performance.now() - killedAt) / 1000;
const total = (performance.now() - start) / 1000;
console.log(`engine ${other.query('SELECT version()', 'TabSeparated').trim()}`);
reader.close();
other.close();

console.log(`expected: a statement of ${FULL_SECONDS} s runs to its end, whatever is done`);
console.log(`seen: aborted (${aborted}), it ${goesOn ? 'goes on' : 'is gone'}`);
console.log(`seen: killed, it ends within ${stoppedAfter.toFixed(2)} s, ${total.toFixed(1)} s after its start`);
const asRecorded = aborted === 'AbortError' && goesOn && stoppedAfter < 3 && total < FULL_SECONDS - 2;
console.log(asRecorded ? 'As recorded.' : 'The behaviour changed: update this finding.');
process.exitCode = asRecorded ? 0 : 1;
EOF
node check.js < /dev/null
