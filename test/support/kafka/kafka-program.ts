import { execFileSync, spawn, type ChildProcess } from 'node:child_process';

const JVM = [
  '-Xmx384m',
  '-XX:+UseSerialGC',
  '-XX:TieredStopAtLevel=1',
  '-Dorg.slf4j.simpleLogger.defaultLogLevel=warn',
];
const IMAGE_CLASSPATH = '/opt/kafka/libs/*';

/** Runs classes of Kafka with this machine's Java, or in a container that shares its network and files. */
export interface KafkaProgram {
  /** Runs a class and waits for its end. */
  run(directory: string, className: string, args: readonly string[]): void;
  /** Starts a class under a unique name and appends its output to the file `output`. */
  start(
    name: string,
    directory: string,
    className: string,
    args: readonly string[],
    output: string,
  ): ChildProcess;
  signal(name: string, child: ChildProcess, signal: NodeJS.Signals): void;
}

/** The way to run Kafka that `kafka-setup.js` has found. */
export function kafkaProgram(): KafkaProgram {
  const classpath = process.env['TEST_KAFKA_CLASSPATH'];
  if (classpath !== undefined) return javaProgram(classpath);
  return containerProgram(process.env['TEST_CONTAINER_ENGINE']!, process.env['TEST_KAFKA_IMAGE']!);
}

function javaProgram(classpath: string): KafkaProgram {
  const command = (className: string, args: readonly string[]) => [
    ...JVM,
    '-cp',
    classpath,
    className,
    ...args,
  ];
  return {
    run: (_directory, className, args) => runQuietly('java', command(className, args)),
    start: (_name, _directory, className, args, output) =>
      startLogged('java', command(className, args), output),
    signal: (_name, child, signal) => void child.kill(signal),
  };
}

/** The child process is only the engine's client, so signals are sent to the container. */
function containerProgram(engine: string, image: string): KafkaProgram {
  const command = (
    directory: string,
    className: string,
    args: readonly string[],
    options: readonly string[],
  ) => [
    'run',
    '--rm',
    ...options,
    '--network=host',
    `--user=${process.getuid!()}:${process.getgid!()}`,
    `--volume=${directory}:${directory}`,
    '--entrypoint=java',
    image,
    ...JVM,
    '-cp',
    IMAGE_CLASSPATH,
    className,
    ...args,
  ];
  return {
    run: (directory, className, args) => runQuietly(engine, command(directory, className, args, [])),
    start: (name, directory, className, args, output) =>
      startLogged(engine, command(directory, className, args, [`--name=${name}`]), output),
    signal: (name, _child, signal) => runQuietly(engine, ['kill', `--signal=${signal}`, name]),
  };
}

function runQuietly(program: string, args: readonly string[]): void {
  execFileSync(program, args, { stdio: ['ignore', 'ignore', 'pipe'] });
}

function startLogged(program: string, args: readonly string[], output: string): ChildProcess {
  return spawn('sh', ['-c', 'exec "$@" >> "$0" 2>&1', output, program, ...args], { stdio: 'ignore' });
}
