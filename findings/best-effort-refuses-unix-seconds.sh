#!/usr/bin/env bash
# The engine's default input format of dates, 'best_effort', refuses Unix seconds that 'basic' accepts.
#
# One would expect: 'best_effort' accepts everything that 'basic' accepts, and more.
# What happens: seconds with a fraction need 9 or 10 digits before the point. '99999999.000' (March 1973)
#   and '10000000000.000' (the year 2286) are refused, and '5' is the fifth of January of this year.
# Seen with: chdb 3.4.0 (engine 26.7.2.1), Node 20.20.2, on 2026-11-29.
# Why it matters for a service that stores contact-centre events: whether an event can be stored depends on its time,
#   and one such row makes its whole batch fail. A service that writes seconds must set 'basic' itself.
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
ask(`CREATE TABLE d.events (at DateTime64(3, 'UTC')) ENGINE = MergeTree ORDER BY at`);
const byDefault = ask(`SELECT getSetting('date_time_input_format')`);

function stored(text, format) {
  ask('TRUNCATE TABLE d.events');
  try {
    ask(
      `INSERT INTO d.events SETTINGS date_time_input_format = '${format}' FORMAT JSONCompactEachRow ["${text}"]`,
    );
  } catch {
    return 'refused';
  }
  return ask('SELECT at FROM d.events');
}
const texts = ['1577836800.000', '999999999.000', '99999999.000', '0.000', '10000000000.000'];
const basic = texts.map((text) => stored(text, 'basic'));
const bestEffort = texts.map((text) => stored(text, 'best_effort'));
const five = stored('5', 'best_effort');
console.log(`engine ${ask('SELECT version()')}, default format ${byDefault}`);
session.close();

console.log('expected: both formats give the same');
texts.forEach((text, index) =>
  console.log(`seen: ${text} is ${basic[index]} (basic), ${bestEffort[index]} (best_effort)`),
);
console.log(`seen: 5 is ${five} (best_effort)`);
const asRecorded =
  byDefault === 'best_effort' &&
  !basic.includes('refused') &&
  bestEffort.map((answer) => (answer === 'refused' ? 'x' : '.')).join('') === '..xxx' &&
  five.endsWith('-01-05 00:00:00.000');
console.log(asRecorded ? 'As recorded.' : 'The behaviour changed: update this finding.');
process.exitCode = asRecorded ? 0 : 1;
EOF
node check.js < /dev/null
