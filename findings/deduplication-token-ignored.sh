#!/usr/bin/env bash
# `insert_deduplication_token` silently does nothing on a plain MergeTree table.
#
# One would expect: an INSERT with a known token is dropped, or a table that does not support tokens refuses it.
# What happens: the rows are stored twice. Only a table with `non_replicated_deduplication_window` checks tokens, and
#   such a table also drops equal blocks without a token.
# Seen with: chdb 3.4.0 (engine 26.7.2.1), Node 20.20.2, on 2026-11-29.
# Why it matters for a service that stores contact-centre events: an INSERT that is retried after a lost answer counts
#   twice, although it has a token for that very case.
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
ask('CREATE DATABASE d');
ask('CREATE TABLE d.plain (id UInt32) ENGINE = MergeTree ORDER BY id');
ask(
  'CREATE TABLE d.window (id UInt32) ENGINE = MergeTree ORDER BY id SETTINGS non_replicated_deduplication_window = 100',
);
function rowsAfterTwo(table, settings) {
  for (let attempt = 0; attempt < 2; attempt += 1) ask(`INSERT INTO ${table} ${settings} VALUES (1)`);
  const rows = ask(`SELECT count() FROM ${table}`);
  ask(`TRUNCATE TABLE ${table}`);
  return rows;
}
const token = `SETTINGS insert_deduplication_token = 'batch 1'`;
const plain = rowsAfterTwo('d.plain', token);
const windowed = rowsAfterTwo('d.window', token);
ask('DROP TABLE d.window');
ask(
  'CREATE TABLE d.window (id UInt32) ENGINE = MergeTree ORDER BY id SETTINGS non_replicated_deduplication_window = 100',
);
const withoutToken = rowsAfterTwo('d.window', '');
console.log(`engine ${ask('SELECT version()')}`);
session.close();

console.log('one row inserted twice');
console.log('expected: with a token 1 row, without one 2 rows');
console.log(`seen on a plain table with a token:   ${plain}`);
console.log(`seen with a window and a token:       ${windowed}`);
console.log(`seen with a window and without token: ${withoutToken}`);
const asRecorded = plain === '2' && windowed === '1' && withoutToken === '1';
console.log(asRecorded ? 'As recorded.' : 'The behaviour changed: update this finding.');
process.exitCode = asRecorded ? 0 : 1;
EOF
node check.js < /dev/null
