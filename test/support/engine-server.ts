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
  `SELECT count() FROM file('/dev/stdin', LineAsString)`,
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
call('chdb_query_cmdline', [DataType.I32, DataType.StringArray], [options.length, options]);

function call(name: string, types: DataType[], values: unknown[]): unknown {
  return load({
    library: 'engine',
    funcName: name,
    retType: DataType.External,
    paramsType: types,
    paramsValue: values as never,
  });
}
