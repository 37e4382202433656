import { libchdbPath } from 'chdb/libchdb';
import { DataType, load, open } from 'ffi-rs';

/**
 * The embedded engine as a server, with its real HTTP and native interfaces: what `clickhouse local` does when it is told
 * to listen. It has no interserver interface and runs no distributed DDL, so that replicas never become active and
 * `ON CLUSTER` is for the caller; see `clickhouse-cluster.ts`.
 *
 * Run as a process: `node engine-server.js CONFIG_FILE DIRECTORY`. It serves until its standard input ends.
 */
const [config, directory] = process.argv.slice(2) as [string, string];
const STATEMENTS = [
  'SYSTEM START LISTEN TCP',
  'SYSTEM START LISTEN HTTP',
  // The engine listens for as long as it has a statement to run.
  'SELECT sleepEachRow(1) FROM system.numbers SETTINGS max_block_size = 1 FORMAT Null',
];
const options = [
  'clickhouse',
  `--config-file=${config}`,
  `--path=${directory}`,
  '--query',
  STATEMENTS.join(';'),
];

// Of the libraries that call foreign functions, one that does so on the thread's own stack, which the engine looks at.
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
