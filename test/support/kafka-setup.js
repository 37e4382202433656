import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { delimiter, resolve } from 'node:path';

const POM = resolve('deploy/kafka/pom.xml');
const CLASSPATH = resolve('deploy/kafka/target/classpath.txt');

/**
 * Finds out, before any test runs, whether there can be a Kafka: KAFKA_BROKERS if it is set, else Java and what Maven
 * brings. The suites that need one are skipped otherwise, unless REQUIRE_KAFKA=1 says that they must not be.
 */
export default function setUpKafka() {
  if (process.env.KAFKA_BROKERS) return;
  try {
    process.env.TEST_KAFKA_CLASSPATH = findClasspath();
  } catch (error) {
    const reason = `there is no Kafka to test with: ${error.message.split('\n')[0]}`;
    if (process.env.REQUIRE_KAFKA === '1') throw new Error(reason, { cause: error });
    process.stderr.write(
      `${reason}\nThe suites that need one are skipped. Set KAFKA_BROKERS, or install Java 17 and Maven.\n`,
    );
  }
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
