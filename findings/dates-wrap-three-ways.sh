#!/usr/bin/env bash
# toDate, toStartOfDay, toStartOfMonth and date_trunc give different days for one DateTime64.
#
# One would expect: functions that round an instant of the year 2150 to its day agree, or refuse it.
# What happens, without an error: toDate wraps to 1970 (Date ends on 2149-06-06), toStartOfDay wraps to 2014 (DateTime
#   ends in 2106), toStartOfMonth stops at 2149-06-06, and only date_trunc is right. date_time_overflow_behavior =
#   'throw' makes toDate fail but does not affect toStartOfDay, which needs
#   enable_extended_results_for_datetime_functions.
# Seen with: chdb 3.4.0 (engine 26.7.2.1), Node 20.20.2, on 2026-11-29.
# Why it matters for a service that stores contact-centre events: an agreed "no end" in the far future, or one
#   bad clock, lands on a day in the past and is counted, partitioned and deleted with it.
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
const instant = `toDateTime64('2150-03-15 12:34:56', 3, 'UTC')`;
const of = (expression, settings = '') =>
  ask(`WITH ${instant} AS at SELECT toString(${expression}) ${settings}`);
const expressions = ['toDate(at)', 'toStartOfDay(at)', 'toStartOfMonth(at)', `date_trunc('day', at)`];
const seen = expressions.map((expression) => of(expression));
let refused = false;
try {
  of('toDate(at)', `SETTINGS date_time_overflow_behavior = 'throw'`);
} catch {
  refused = true;
}
const still = of('toStartOfDay(at)', `SETTINGS date_time_overflow_behavior = 'throw'`);
console.log(`engine ${ask('SELECT version()')}`);
session.close();

console.log(`expected of ${instant}: 2150-03-15 (and 2150-03-01 for the month), or an error`);
expressions.forEach((expression, index) => console.log(`seen: ${expression} = ${seen[index]}`));
console.log(
  `seen with 'throw': toDate ${refused ? 'is refused' : 'is not refused'}, toStartOfDay = ${still}`,
);
const asRecorded =
  refused &&
  still === seen[1] &&
  seen.join() === '1970-10-09,2014-02-05 17:31:44,2149-06-06,2150-03-15 00:00:00';
console.log(asRecorded ? 'As recorded.' : 'The behaviour changed: update this finding.');
process.exitCode = asRecorded ? 0 : 1;
EOF
node check.js < /dev/null
