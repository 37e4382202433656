#!/usr/bin/env bash
# An INSERT of the embedded engine also inserts rows from the standard input of the process.
#
# One would expect: `client.insert` with one row inserts one row, whatever the process was started with.
# What happens: with async_insert = 0 the rows of the standard input are inserted too, as if they had been passed, and
#   the call reports success. With text that is not a row the INSERT fails, and the input that it read is gone. With
#   async_insert = 1, the engine's default, Session.insert is refused with error 48. Reported as issue 239 of
#   chdb-io/chdb-core.
# Seen with: chdb 3.4.0 (engine 26.7.2.1), @clickhouse/client 1.23.1, Node 20.20.2, on 2026-11-29.
# Why it matters for a service that stores contact-centre events: one that is started with input, by a pipe or in a
#   shell loop that reads a list, stores rows that nobody sent. Give the process /dev/null, or let it replace
#   descriptor 0.
set -euo pipefail

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
echo '{ "private": true, "type": "module" }' > package.json
npm install --silent chdb@3.4.0 @clickhouse/client@1.23.1 || {
  echo 'npm install failed: check that the registry can be reached, then run this again.' >&2
  exit 2
}

cat > insert.js <<'EOF'
import { closeSync, openSync } from 'node:fs';
import { createClient } from '@clickhouse/client';
import { drainPending } from 'chdb';
import { createChdbConnection } from 'chdb/connection';

if (process.argv[2] === 'replace') {
  closeSync(0);
  openSync('/dev/null', 'r');
}
const client = createClient({ connection: createChdbConnection({ path: ':memory:' }) });
const value = async (query) => (await (await client.query({ query, format: 'JSONCompactEachRow' })).json())[0][0];
await client.command({ query: 'CREATE TABLE events (id UInt32) ENGINE = MergeTree ORDER BY id' });
const settings = { async_insert: 0 };
const outcome = await client
  .insert({ table: 'events', values: [[1]], format: 'JSONCompactEachRow', clickhouse_settings: settings })
  .then(
    () => 'accepted',
    () => 'failed',
  );
console.log(`${outcome}: ${await value('SELECT toString(arraySort(groupArray(id))) FROM events')}`);
console.error(`engine ${await value('SELECT version()')}`);
await client.close();
await drainPending();
EOF

empty=$(node insert.js < /dev/null)
rows=$(printf '[2]\n[3]\n' | node insert.js 2> /dev/null)
text=$(printf 'hello\n' | node insert.js 2> /dev/null)
replaced=$(printf '[2]\n[3]\n' | node insert.js replace 2> /dev/null)
echo 'inserted: the row 1'
echo 'expected, whatever the input: accepted: [1]'
echo "seen without input:                 $empty"
echo "seen with [2] and [3] in the input: $rows"
echo "seen with hello in the input:       $text"
echo "seen with descriptor 0 replaced:    $replaced"
if [[ $empty == 'accepted: [1]' && $rows == 'accepted: [1,2,3]' && $text == 'failed: []' &&
  $replaced == "$empty" ]]; then
  echo 'As recorded.'
else
  echo 'The behaviour changed: update this finding.'
  exit 1
fi
