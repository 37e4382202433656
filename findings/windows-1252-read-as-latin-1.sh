#!/usr/bin/env bash
# TextDecoder('windows-1252') of Node 20 reads Latin-1: the euro sign, Š and quotation marks become control characters.
#
# One would expect: byte 0x80 is the euro sign, as the Encoding Standard says, however decode is called.
# What happens: decode(bytes) gives U+0080; decode(bytes, { stream: true }) gives the euro sign.
# Seen with: Node 20.20.2 (npm package node), on 2026-11-29.
# Why it matters for a service that stores contact-centre events: names of agents and states in exported files of
#   Windows programs come out wrong without an error. Use streams, or another decoder.
set -euo pipefail

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
echo '{ "private": true, "type": "module" }' > package.json
npm install --silent node@20.20.2 || {
  echo 'npm install failed: see whether the registry can be reached, then run this again.' >&2
  exit 2
}

cat > check.js <<'EOF'
const bytes = Uint8Array.of(0x80, 0x8a, 0x93);
const whole = new TextDecoder('windows-1252').decode(bytes);
const streamed = new TextDecoder('windows-1252').decode(bytes, { stream: true });
const codes = (text) =>
  [...text].map((letter) => `U+${letter.codePointAt(0).toString(16).padStart(4, '0')}`).join(' ');
console.log(`Node ${process.versions.node}`);
console.log('expected both ways: U+20ac U+0160 U+201c');
console.log(`seen: ${codes(whole)}, with stream: ${codes(streamed)}`);
const asRecorded = whole === '\u0080\u008a\u0093' && streamed === '€Š“';
console.log(asRecorded ? 'As recorded.' : 'The behaviour changed: update this finding.');
process.exitCode = asRecorded ? 0 : 1;
EOF
./node_modules/.bin/node check.js < /dev/null
