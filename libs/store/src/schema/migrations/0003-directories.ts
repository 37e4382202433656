import { DURABLE, type Migration, type Table } from '../table.js';

// Every directory that was ever put, whole, by its position in the log: the history is kept. The last one of a
// system is in force.
const DIRECTORIES: Table = {
  name: 'directories',
  columns: `
    system_id String,
    position UInt64,
    received_at DateTime64(3, 'UTC'),
    body String CODEC(ZSTD)`,
  engine: 'ReplacingMergeTree',
  orderBy: '(system_id, position)',
  settings: DURABLE,
  shardBy: 'system_id',
};

// What answers look up in a directory: in which service a group is, and which groups an agent can process.
const DIRECTORY_GROUPS: Table = {
  name: 'directory_groups',
  columns: `
    system_id String,
    position UInt64,
    group_id String,
    service_id String`,
  engine: 'ReplacingMergeTree',
  orderBy: '(system_id, position, group_id)',
  settings: DURABLE,
  shardBy: 'system_id',
};

const DIRECTORY_AGENT_GROUPS: Table = {
  name: 'directory_agent_groups',
  columns: `
    system_id String,
    position UInt64,
    worker_id String,
    group_id String`,
  engine: 'ReplacingMergeTree',
  orderBy: '(system_id, position, worker_id, group_id)',
  settings: DURABLE,
  shardBy: 'system_id',
};

// Which groups contacts have ever come to: asked for by every look at the present load.
const CONTACT_GROUPS: Table = {
  name: 'contact_groups',
  columns: `
    system_id String,
    group_id String`,
  engine: 'ReplacingMergeTree',
  orderBy: '(system_id, group_id)',
  settings: DURABLE,
  shardBy: 'system_id',
};

export const directories: Migration = {
  version: 3,
  name: 'directories, groups that contacts came to',
  changes: [
    { create: DIRECTORIES },
    { create: DIRECTORY_GROUPS },
    { create: DIRECTORY_AGENT_GROUPS },
    { create: CONTACT_GROUPS },
    {
      fill: 'contact_groups',
      select: (table) => `SELECT DISTINCT system_id, group_id FROM ${table('contact_events')}`,
    },
    // A leg that runs may have begun on any day: the granules of days whose legs were all left alone are ruled out.
    {
      alter: 'legs',
      action: 'ADD INDEX IF NOT EXISTS touched_in_granule last_touched TYPE minmax GRANULARITY 1',
    },
    { alter: 'legs', action: 'MATERIALIZE INDEX touched_in_granule' },
  ],
};
