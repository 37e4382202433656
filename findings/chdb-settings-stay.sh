#!/usr/bin/env bash
# Settings given to one statement stay in force for the next ones (chdb/connection).
#
# One would expect: `clickhouse_settings` of a call apply to that call. On a ClickHouse server they do, and
#   `chdb/connection` is offered as a drop-in for it. A SETTINGS clause inside the SQL ends with its statement.
# What happens: the binding sends `SET name = value` first, so they stay for every later statement of the connection.
# Seen with: chdb 3.4.0 (engine 26.7.2.1), @clickhouse/client 1.23.1, Node 20.20.2, on 2026-11-29.
# Why it matters for a service that stores contact-centre events: a report that sets a time zone, an input format or one
#   thread changes the meaning of later inserts and reports. Any setting that a statement relies on must be set on all
#   statements.
set -euo pipefail

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
echo '{ "private": true, "type": "module" }' > package.json
npm install --silent chdb@3.4.0 @clickhouse/client@1.23.1 || {
  echo 'npm install failed: check that the registry can be reached, then run this again.' >&2
  exit 2
}

cat > check.js <<'EOF'
import { createClient } from '@clickhouse/client';
import { drainPending } from 'chdb';
import { createChdbConnection } from 'chdb/connection';

const client = createClient({ connection: createChdbConnection({ path: './db' }) });
async function value(query, clickhouse_settings) {
  const result = await client.query({ query, format: 'JSONCompactEachRow', clickhouse_settings });
  return (await result.json())[0][0];
}
const noon = 'SELECT toString(toDateTime(1795953600))';

const version = await value('SELECT version()');
const before = await value(noon);
const inClause = await value(`${noon} SETTINGS session_timezone = 'Asia/Tokyo'`);
const afterClause = await value(noon);
const inCall = await value(noon, { session_timezone: 'Asia/Tokyo' });
const afterCall = await value(noon);
await client.close();
await drainPending();

console.log(`engine ${version}`);
console.log(`no setting given, before: ${before}`);
console.log(`SETTINGS in the SQL:      ${inClause}, and the next statement ${afterClause}`);
console.log(`expected of the call:     ${inClause}, and the next statement ${before}`);
console.log(`seen with the call:       ${inCall}, and the next statement ${afterCall}`);
const asRecorded =
  inClause !== before && afterClause === before && inCall === inClause && afterCall === inClause;
console.log(asRecorded ? 'As recorded.' : 'The behaviour changed: update this finding.');
process.exitCode = asRecorded ? 0 : 1;
EOF
node check.js < /dev/null
