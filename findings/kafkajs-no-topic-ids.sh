#!/usr/bin/env bash
# kafkajs cannot see that a topic was deleted and recreated under the same name.
#
# One would expect: a topic's metadata has the id that Kafka has assigned since 2.8, so that a recreated topic can be
#   recognised.
# What happens: topic ids came with version 10 of the Metadata request; kafkajs goes up to version 6. None of its
#   decoders and types has a topic id. This script inspects the package and needs no broker.
# Seen with: kafkajs 2.2.4, Node 20.20.2, on 2026-11-29.
# Why it matters for a service that stores contact-centre events: a consumer that keeps its own positions continues in
#   the new topic at offsets of the old one, and skips events. The log's identity must come from elsewhere.
set -euo pipefail

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
echo '{ "private": true, "type": "module" }' > package.json
npm install --silent kafkajs@2.2.4 || {
  echo 'npm install failed: check that the registry can be reached, then run this again.' >&2
  exit 2
}

cat > check.js <<'EOF'
import { readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';

const require = createRequire(import.meta.url);
const root = 'node_modules/kafkajs';
const { versions } = require('./node_modules/kafkajs/src/protocol/requests/metadata/index.js');
const newest = Math.max(...versions.map(Number));
const FIRST_WITH_IDS = 10;
const mentions = ['src', 'types'].flatMap((directory) =>
  readdirSync(join(root, directory), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath ?? entry.path, entry.name))
    .filter((file) => /topic_?id\b/i.test(readFileSync(file, 'utf8'))),
);
console.log(`kafkajs ${JSON.parse(readFileSync(`${root}/package.json`, 'utf8')).version}`);
console.log(`expected: Metadata requests up to version ${FIRST_WITH_IDS} or later, and topic ids`);
console.log(`seen: Metadata requests up to version ${newest}, topic ids in ${mentions.length} files`);
const asRecorded = newest < FIRST_WITH_IDS && mentions.length === 0;
console.log(asRecorded ? 'As recorded.' : 'The behaviour changed: update this finding.');
process.exitCode = asRecorded ? 0 : 1;
EOF
node check.js < /dev/null
