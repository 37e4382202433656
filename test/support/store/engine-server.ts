import { libchdbPath } from 'chdb/libchdb';
import { DataType, load, open } from 'ffi-rs';

/**
 * The embedded engine as a server with its real HTTP and native interfaces, like `clickhouse local` with START LISTEN.
 * It has no interserver interface and runs no distributed DDL, so replicas never become active and the caller has to
 * run `ON CLUSTER` statements on each host; see `clickhouse-cluster.ts`.
 *
 * Run as a process: `node engine-server.js CONFIG_FILE DIRECTORY`. It serves until its standard input ends.
 */
const [config, directory] = process.argv.slice(2) as [string, string];
const STATEMENTS = [
  'SYSTEM START LISTEN TCP',
  'SYSTEM START LISTEN HTTP',
  // The engine listens only while a statement runs.
  'SELECT sleepEachRow(1) FROM system.numbers SETTINGS max_block_size = 1 FORMAT Null',
];
const options = [
  'clickhouse',
  `--config-file=${config}`,
  `--path=${directory}`,
  '--query',
  STATEMENTS.join(';'),
];

// This library calls foreign functions on the thread's own stack, which the engine inspects; others do not.
open({ library: 'engine', path: libchdbPath() });
void load({
  library: 'engine',
  funcName: 'chdb_query_cmdline',
  retType: DataType.External,
  paramsType: [DataType.I32, DataType.StringArray],
  paramsValue: [options.length, options],
  runInNewThread: true,
}).then(() => process.exit(1));

process.stdin.on('end', () => process.kill(process.pid, 'SIGKILL')).resume();
