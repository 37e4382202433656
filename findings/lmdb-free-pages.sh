#!/usr/bin/env bash
# lmdb's `getStats().free` does not report the number of free pages, and the file does not shrink when all is removed.
#
# One would expect: after removing 100 000 records, `free` counts their pages, or the file gets smaller.
# What happens: the file keeps its size, and `free` describes the tree in which LMDB records free pages: a few entries,
#   and the pages of the tree. The number of pages that those entries list is not reported.
# Seen with: lmdb 3.5.6, Node 20.20.2, on 2026-11-29.
# Why it matters for a service that stores contact-centre events: neither the file's size nor these figures show that
#   retention made room inside the log. A service that refuses events while its disk is full must find out
#   in another way.
set -euo pipefail

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
echo '{ "private": true, "type": "module" }' > package.json
npm install --silent lmdb@3.5.6 || {
  echo 'npm install failed: check that the registry can be reached, then run this again.' >&2
  exit 2
}

cat > check.js <<'EOF'
import { readFileSync, statSync } from 'node:fs';
import { open } from 'lmdb';

const path = './log.mdb';
const database = open({ path, encoding: 'binary' });
const RECORDS = 100_000;
const empty = statSync(path).size;
await database.batch(() => {
  for (let id = 0; id < RECORDS; id += 1) database.put(id, Buffer.alloc(500, 1));
});
await database.flushed;
const full = statSync(path).size;
const usedPages = database.getStats().treeLeafPageCount;
await database.batch(() => {
  for (let id = 0; id < RECORDS; id += 1) database.remove(id);
});
await database.flushed;
const { free, entryCount } = database.getStats();
await database.close();
const after = statSync(path).size;
const reported = free.treeLeafPageCount + free.treeBranchPageCount + free.overflowPages;

console.log(`lmdb ${JSON.parse(readFileSync('node_modules/lmdb/package.json', 'utf8')).version}`);
console.log(
  `file: ${empty} bytes empty, ${full} with ${RECORDS} records in ${usedPages} pages, ${after} with ${entryCount}`,
);
console.log(`expected: a smaller file, or ${usedPages} or more free pages`);
console.log(`seen: a file of ${after} bytes; free = ${free.entryCount} entries, ${reported} pages in all`);
const asRecorded =
  entryCount === 0 &&
  after >= full &&
  usedPages > 10_000 &&
  reported < usedPages / 10 &&
  free.entryCount < 100;
console.log(asRecorded ? 'As recorded.' : 'The behaviour changed: update this finding.');
process.exitCode = asRecorded ? 0 : 1;
EOF
node check.js < /dev/null
