#!/usr/bin/env bash
# csv-parse's `delimiter_auto` mistakes the digit 0 for the delimiter of a file with times.
#
# One would expect: in two lines with one semicolon each, the semicolon is detected.
# What happens: the digit 0, which occurs more often in times, is chosen, and every field is cut at it.
# Seen with: csv-parse 7.0.3, Node 20.20.2, on 2026-11-29.
# Why it matters for a service that stores contact-centre events: a file of events has a time in each line. Without a
#   header to compare with, nothing fails and the values are wrong. Pass the delimiter, or find it in the header.
set -euo pipefail

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
echo '{ "private": true, "type": "module" }' > package.json
npm install --silent csv-parse@7.0.3 || {
  echo 'npm install failed: check that the registry can be reached, then run this again.' >&2
  exit 2
}

cat > check.js <<'EOF'
import { readFileSync } from 'node:fs';
import { parse } from 'csv-parse/sync';

const text = '2026-11-29T09:00:00Z;agent1\n2026-11-29T10:00:00Z;agent2\n';
const seen = parse(text, { delimiter_auto: true });
console.log(`csv-parse ${JSON.parse(readFileSync('node_modules/csv-parse/package.json', 'utf8')).version}`);
console.log(`expected: ${JSON.stringify(parse(text, { delimiter: ';' }))}`);
console.log(`seen:     ${JSON.stringify(seen)}`);
const asRecorded = JSON.stringify(seen[0]) === '["2","26-11-29T","9:","",":","","Z;agent1"]';
console.log(asRecorded ? 'As recorded.' : 'The behaviour changed: update this finding.');
process.exitCode = asRecorded ? 0 : 1;
EOF
node check.js < /dev/null
