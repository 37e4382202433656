#!/usr/bin/env bash
# class-validator's strict ISO 8601 check, and IsDateString, accept texts that JavaScript's Date cannot read.
#
# One would expect: after @IsDateString(), or @IsISO8601({ strict: true }), new Date(text) is a valid date.
# What happens: week dates, dates without hyphens and a decimal comma are ISO 8601 and pass; Date turns them into NaN.
#   IsDateString, which is not strict, accepts 30 February, which Date turns into 2 March.
# Seen with: class-validator 0.15.1, Node 20.20.2, on 2026-11-29.
# Why it matters for a service that stores contact-centre events: validated bounds of a report become NaN, or another
#   day. Check the parsed instant too.
set -euo pipefail

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
echo '{ "private": true, "type": "module" }' > package.json
npm install --silent class-validator@0.15.1 || {
  echo 'npm install failed: check that the registry can be reached, then run this again.' >&2
  exit 2
}

cat > check.js <<'EOF'
import { readFileSync } from 'node:fs';
import { isDateString, isISO8601 } from 'class-validator';

const unreadable = ['2026-W05-1', '20261129', '2026-11-29T10:00:00,5Z'];
const rolledOver = '2026-02-30';
const passes = (text) => isDateString(text) && isISO8601(text, { strict: true });
console.log(
  `class-validator ${JSON.parse(readFileSync('node_modules/class-validator/package.json', 'utf8')).version}`,
);
console.log('expected: refused, or read by Date');
for (const text of unreadable)
  console.log(`seen: ${text} ${passes(text) ? 'passes' : 'is refused'}, Date: ${new Date(text).getTime()}`);
const read = new Date(`${rolledOver}T00:00:00Z`).toISOString();
console.log(`seen: ${rolledOver} ${isDateString(rolledOver) ? 'passes' : 'is refused'} as date string, Date: ${read}`);
const asRecorded =
  unreadable.every((text) => passes(text) && Number.isNaN(new Date(text).getTime())) &&
  isDateString(rolledOver);
console.log(asRecorded ? 'As recorded.' : 'The behaviour changed: update this finding.');
process.exitCode = asRecorded ? 0 : 1;
EOF
node check.js < /dev/null
