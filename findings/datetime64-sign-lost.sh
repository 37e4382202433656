#!/usr/bin/env bash
# A DateTime64 between -1 and 0 seconds loses its sign on input, and its text on output is not a number.
#
# One would expect: '-0.500' is half a second before the epoch, as '-1.500' is one and a half seconds before it.
# What happens: '-0.500' is stored as half a second AFTER the epoch, without an error; and the right value, written with
#   date_time_output_format 'unix_timestamp', comes out as '0.+00'. Reported to ClickHouse as issues 72907 and 118354.
# Seen with: chdb 3.4.0 (engine 26.7.2.1), Node 20.20.2, on 2026-11-29.
# Why it matters for a service that stores contact-centre events: times travel as seconds with three decimals. Real
#   events are far from the epoch, but bounds of periods and clocks that start at zero are not. Insert whole
#   milliseconds instead.
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
const rows = '[1,"-1.500"]\n[2,"-0.500"]\n[3,"0.500"]';
ask(`INSERT INTO d.events SETTINGS date_time_input_format = 'basic' FORMAT JSONCompactEachRow ${rows}`);
const stored = ask('SELECT toUnixTimestamp64Milli(at) FROM d.events ORDER BY id').split('\n').join(', ');
const written = ask(
  `SELECT fromUnixTimestamp64Milli(-500, 'UTC') SETTINGS date_time_output_format = 'unix_timestamp'`,
);
console.log(`engine ${ask('SELECT version()')}`);
session.close();

console.log('inserted: -1.500, -0.500 and 0.500 seconds');
console.log('expected milliseconds: -1500, -500, 500; and -500 written as -0.500');
console.log(`seen milliseconds:     ${stored}; and -500 written as ${written}`);
const asRecorded = stored === '-1500, 500, 500' && written === '0.+00';
console.log(asRecorded ? 'As recorded.' : 'The behaviour changed: update this finding.');
process.exitCode = asRecorded ? 0 : 1;
EOF
node check.js < /dev/null
