#!/usr/bin/env bash
# One metric whose `collect` throws makes the whole scrape fail.
#
# One would expect: the other metrics are exported, and only this one is missing.
# What happens: registry.metrics() rejects, so the scrape is empty.
# Seen with: prom-client 15.1.3, Node 20.20.2, on 2026-11-29.
# Why it matters for a service that stores contact-centre events: while the store is down, the metric that queries it
#   hides the ones that would raise the alert. Catch inside every `collect`.
set -euo pipefail

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
echo '{ "private": true, "type": "module" }' > package.json
npm install --silent prom-client@15.1.3 || {
  echo 'npm install failed: check that the registry can be reached, then run this again.' >&2
  exit 2
}

cat > check.js <<'EOF'
import { readFileSync } from 'node:fs';
import client from 'prom-client';

const registry = new client.Registry();
new client.Counter({ name: 'events_total', help: 'Events', registers: [registry] }).inc();
new client.Gauge({
  name: 'rows',
  help: 'Rows in the store',
  registers: [registry],
  collect() {
    throw new Error('the store is down');
  },
});
const seen = await registry.metrics().catch((error) => `rejected: ${error.message}`);
console.log(
  `prom-client ${JSON.parse(readFileSync('node_modules/prom-client/package.json', 'utf8')).version}`,
);
console.log('expected: events_total 1, and no rows');
console.log(`seen: ${seen}`);
const asRecorded = seen === 'rejected: the store is down';
console.log(asRecorded ? 'As recorded.' : 'The behaviour changed: update this finding.');
process.exitCode = asRecorded ? 0 : 1;
EOF
node check.js < /dev/null
