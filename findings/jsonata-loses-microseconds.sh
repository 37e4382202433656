#!/usr/bin/env bash
# JSONata writes fractional numbers with 15 digits: times in seconds lose their microseconds.
#
# One would expect: $string of a number gives the same digits as JavaScript, so that it reads back as the same number.
# What happens: a fractional number is rounded to 15 significant digits; an integer keeps all 16.
# Seen with: jsonata 2.2.2, Node 20.20.2, on 2026-11-29.
# Why it matters for a service that stores contact-centre events: telephone systems send times as seconds with six
#   decimals. Two events within ten microseconds become one, or swap places. Read such times as text.
set -euo pipefail

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
echo '{ "private": true, "type": "module" }' > package.json
npm install --silent jsonata@2.2.2 || {
  echo 'npm install failed: check that the registry can be reached, then run this again.' >&2
  exit 2
}

cat > check.js <<'EOF'
import { readFileSync } from 'node:fs';
import jsonata from 'jsonata';

const times = [1795953600.123466, 1795953600.123471];
const seen = await Promise.all(times.map((time) => jsonata('$string(time)').evaluate({ time })));
const whole = await jsonata('$string(time)').evaluate({ time: 1795953600123466 });
console.log(`jsonata ${JSON.parse(readFileSync('node_modules/jsonata/package.json', 'utf8')).version}`);
console.log(`expected: ${times.map(String).join(' and ')}`);
console.log(`seen:     ${seen.join(' and ')}; as whole microseconds ${whole}`);
const asRecorded = seen[0] === '1795953600.12347' && seen[1] === seen[0] && whole === '1795953600123466';
console.log(asRecorded ? 'As recorded.' : 'The behaviour changed: update this finding.');
process.exitCode = asRecorded ? 0 : 1;
EOF
node check.js < /dev/null
