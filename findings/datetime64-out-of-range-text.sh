#!/usr/bin/env bash
# A DateTime64(3) accepts and keeps instants far outside its range, and writes different ones as the same text.
#
# One would expect: an INSERT of a number of seconds beyond the range of DateTime64(3) is refused.
# What happens: with date_time_input_format 'basic' it is accepted. The stored number is unchanged, so the rows
#   sort, group and compare as different instants, but every one beyond the year 9999 is written as 9999-12-31
#   23:59:59.000 and every one before the year 0 as 0000-01-01 00:00:00.000. uniqExact(toString(at)) counts four where
#   there are two texts, since the engine assumes that toString never maps two values to one.
# Seen with: chdb 3.4.0 (engine 26.7.2.1), Node 20.20.2, on 2026-11-29.
# Why it matters for a service that stores contact-centre events: microseconds sent as seconds are not noticed when they
#   are stored, and reading a time back as text does not return the stored value. Check the range before the insert.
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
ask(`CREATE TABLE d.events (id UInt32, at DateTime64(3, 'UTC')) ENGINE = MergeTree ORDER BY id`);
const rows =
  '[1,"1000000000000000.000"]\n[2,"253402300800.000"]\n[3,"-1000000000000000.000"]\n[4,"-9999999999999.000"]';
let refused = false;
try {
  ask(`INSERT INTO d.events SETTINGS date_time_input_format = 'basic' FORMAT JSONCompactEachRow ${rows}`);
} catch {
  refused = true;
}
const seen = ask('SELECT id, at, toUnixTimestamp64Milli(at) FROM d.events ORDER BY id');
const counts = ask(
  'SELECT uniqExact(at), length(groupUniqArray(toString(at))), uniqExact(toString(at)) FROM d.events',
);
console.log(`engine ${ask('SELECT version()')}`);
session.close();

console.log('expected: the INSERT is refused');
console.log(`seen: ${refused ? 'refused' : 'accepted; id, text, stored milliseconds:'}\n${seen}`);
console.log(`distinct instants, distinct texts, distinct texts by uniqExact: ${counts}`);
const asRecorded =
  !refused &&
  counts === '4\t2\t4' &&
  seen.startsWith('1\t9999-12-31 23:59:59.000\t1000000000000000000\n2\t9999-12-31 23:59:59.000\t253402300800000\n') &&
  seen.includes('\n3\t0000-01-01 00:00:00.000\t-1000000000000000000\n');
console.log(asRecorded ? 'As recorded.' : 'The behaviour changed: update this finding.');
process.exitCode = asRecorded ? 0 : 1;
EOF
node check.js < /dev/null
