#!/usr/bin/env bash
# ALTER TABLE … REMOVE TTL fails on a table without a TTL, and has no IF EXISTS.
#
# One would expect: removing a missing TTL does nothing, or there is an IF EXISTS as for columns and indexes.
# What happens: error 36 (BAD_ARGUMENTS), a code shared by many other errors, and a syntax error for IF EXISTS.
# Seen with: chdb 3.4.0 (engine 26.7.2.1), Node 20.20.2, on 2026-11-29.
# Why it matters for a service that stores contact-centre events: a migration that stops the engine from expiring rows
#   by itself cannot simply be repeated; it must look into system.tables first.
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
import { Session } from 'chdb';

const session = new Session('./db');
const ask = (sql) => session.query(sql, 'TabSeparated').trim();
function outcome(sql) {
  try {
    ask(sql);
    return 'done';
  } catch (error) {
    return `error ${/Code: (\d+)/.exec(error.message)?.[1]}`;
  }
}
ask('CREATE DATABASE d');
ask(`CREATE TABLE d.events (at DateTime) ENGINE = MergeTree ORDER BY at TTL at + INTERVAL 400 DAY`);
const column = outcome('ALTER TABLE d.events DROP COLUMN IF EXISTS none');
const first = outcome('ALTER TABLE d.events REMOVE TTL');
const second = outcome('ALTER TABLE d.events REMOVE TTL');
const ifExists = outcome('ALTER TABLE d.events REMOVE TTL IF EXISTS');
console.log(`engine ${ask('SELECT version()')}`);
session.close();

console.log(`DROP COLUMN IF EXISTS of no column: ${column}`);
console.log('expected: REMOVE TTL done, again done, with IF EXISTS done');
console.log(`seen:     REMOVE TTL ${first}, again ${second}, with IF EXISTS ${ifExists}`);
const asRecorded = column === 'done' && first === 'done' && second === 'error 36' && ifExists === 'error 62';
console.log(asRecorded ? 'As recorded.' : 'The behaviour changed: update this finding.');
process.exitCode = asRecorded ? 0 : 1;
EOF
node check.js < /dev/null
