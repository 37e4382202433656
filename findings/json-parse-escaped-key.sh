#!/usr/bin/env bash
# In Node 24, JSON.parse reads a key from text that it parsed before: "\n" becomes "\\".
#
# One would expect: what JSON.parse returns depends on its argument only.
# What happens: V8 remembers which key followed another one. A key of one escaped character that comes after the same
#   first key as a backslash did in an earlier text is taken for that backslash. Issue 63785 of nodejs/node, a bug of
#   V8.
# Seen with: Node 24.21.0 (npm package node), on 2026-11-29. Node 26.10.0 does the same, Node 20.20.2 does not.
# Why it matters for a service that stores contact-centre events: parameters of events may be named by senders. Compare
#   text with text when an event must be kept as it came, and never derive an identity from re-serialised JSON.
set -euo pipefail

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
echo '{ "private": true, "type": "module" }' > package.json
npm install --silent node@24.21.0 || {
  echo 'npm install failed: see whether the registry can be reached, then run this again.' >&2
  exit 2
}

cat > check.js <<'EOF'
const earlier = '{"agent":["7"],"\\\\":0}';
const event = '{"agent":"7","\\n":1}';
JSON.parse(earlier);
const seen = JSON.stringify(JSON.parse(event));
console.log(`Node ${process.versions.node}, V8 ${process.versions.v8}`);
console.log(`parsed before: ${earlier}`);
console.log(`expected: ${event}`);
console.log(`seen:     ${seen}`);
const asRecorded = seen === '{"agent":"7","\\\\":1}';
console.log(asRecorded ? 'As recorded.' : 'The behaviour changed: update this finding.');
process.exitCode = asRecorded ? 0 : 1;
EOF
./node_modules/.bin/node check.js < /dev/null
