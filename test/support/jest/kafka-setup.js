import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { delimiter, resolve } from 'node:path';

const POM = resolve('deploy/kafka/pom.xml');
const CLASSPATH = resolve('deploy/kafka/target/classpath.txt');

const IMAGE = 'docker.io/apache/kafka:4.1.0';
const ENGINES = ['docker', 'podman'];

/**
 * Finds a way to run Kafka before any test runs: KAFKA_BROKERS if set, else Java with jars from Maven, else a container
 * engine. Without any, the suites that need Kafka are skipped or, with REQUIRE_KAFKA=1, the run fails.
 */
export default function setUpKafka() {
  if (process.env.KAFKA_BROKERS) return;
  const faults = [];
  for (const prepare of [prepareJava, prepareContainers]) {
    try {
      Object.assign(process.env, prepare());
      return;
    } catch (error) {
      faults.push(error.message.split('\n')[0]);
    }
  }
  const reason = `Kafka is not available: ${faults.join('; ')}`;
  if (process.env.REQUIRE_KAFKA === '1') throw new Error(reason);
  process.stderr.write(
    `${reason}\nThe suites that need one are skipped. Set KAFKA_BROKERS, install Java 17 and Maven, or start a container engine.\n`,
  );
}

function prepareJava() {
  return { TEST_KAFKA_CLASSPATH: findClasspath() };
}

/** Pulls the image beforehand, so that no test waits for it. */
function prepareContainers() {
  const engine = ENGINES.find((name) => succeeds(name, ['info']));
  if (engine === undefined) throw new Error(`no container engine answers (${ENGINES.join(', ')})`);
  if (!succeeds(engine, ['image', 'inspect', IMAGE])) {
    execFileSync(engine, ['pull', IMAGE], { stdio: ['ignore', 'ignore', 'inherit'] });
  }
  return { TEST_CONTAINER_ENGINE: engine, TEST_KAFKA_IMAGE: IMAGE };
}

function succeeds(program, args) {
  return spawnSync(program, args, { stdio: 'ignore' }).status === 0;
}

function findClasspath() {
  execFileSync('java', ['-version'], { stdio: 'ignore' });
  const known = existsSync(CLASSPATH) ? readFileSync(CLASSPATH, 'utf8').trim() : '';
  if (known !== '' && known.split(delimiter).every((file) => existsSync(file))) return known;
  mkdirSync(resolve('deploy/kafka/target'), { recursive: true });
  execFileSync(
    'mvn',
    ['-q', '-B', '-f', POM, 'dependency:build-classpath', `-Dmdep.outputFile=${CLASSPATH}`],
    { stdio: ['ignore', 'ignore', 'inherit'] },
  );
  return readFileSync(CLASSPATH, 'utf8').trim();
}
