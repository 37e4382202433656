#!/usr/bin/env bash
# An INSERT into more than 100 partitions is refused, but if it is large, some of its rows stay.
#
# One would expect: the limit applies to the table or the statement, and a refused INSERT leaves nothing behind.
# What happens: the limit applies to one block of an INSERT, about a million rows. A small INSERT of 101 months is
#   refused as a whole. A large one writes the blocks before the refused one, and they stay.
# Seen with: chdb 3.4.0 (engine 26.7.2.1), default settings, Node 20.20.2, on 2026-11-29.
# Why it matters for a service that stores contact-centre events: an import of ten years keeps failing however often it
#   is retried, and each attempt may write the same rows again. Split batches by partition.
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
ask(
  `CREATE TABLE d.events (at DateTime64(3, 'UTC'), id UInt64) ENGINE = MergeTree ORDER BY at PARTITION BY toYYYYMM(at)`,
);
const month = (number) => `addMonths(toDateTime64('2010-01-01 00:00:00', 3, 'UTC'), ${number})`;
function insert(select) {
  let outcome = 'accepted';
  try {
    ask(`INSERT INTO d.events ${select}`);
  } catch (error) {
    outcome = `error ${/Code: (\d+)/.exec(error.message)?.[1]}`;
  }
  const rows = Number(ask('SELECT count() FROM d.events'));
  ask('TRUNCATE TABLE d.events');
  return { outcome, rows };
}
const hundred = insert(`SELECT ${month('number')}, number FROM numbers(100)`);
const small = insert(`SELECT ${month('number')}, number FROM numbers(101)`);
// One busy month first, then 101 months.
const large = insert(
  `SELECT ${month('if(number < 3300000, 0, number % 101)')}, number FROM numbers(4500000)`,
);
console.log(`engine ${ask('SELECT version()')}`);
session.close();

console.log(`100 rows of 100 months: ${hundred.outcome}, ${hundred.rows} rows`);
console.log('expected of 101 months, few rows or many: refused, 0 rows');
console.log(
  `seen with 101 rows: ${small.outcome}, ${small.rows} rows; with 4 500 000 rows: ${large.outcome}, ${large.rows} rows`,
);
const refused = (outcome) => outcome === 'error 252';
const asRecorded =
  hundred.rows === 100 &&
  refused(small.outcome) &&
  small.rows === 0 &&
  refused(large.outcome) &&
  large.rows > 0;
console.log(asRecorded ? 'As recorded.' : 'The behaviour changed: update this finding.');
process.exitCode = asRecorded ? 0 : 1;
EOF
node check.js < /dev/null
