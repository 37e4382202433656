import { plainToInstance } from 'class-transformer';
import { validateSync } from 'class-validator';
import { OTHER_VARIABLES } from './other-variables.js';
import { docsOf, propertiesOf, type VariableDoc } from './setting-docs.js';
import { Settings } from './settings.js';
import { SettingsError } from './settings-error.js';

/**
 * Reads the settings from environment variables; an empty one counts as unset.
 *
 * @throws SettingsError with all faults.
 */
export function readSettings(environment: Readonly<Record<string, string | undefined>>): Settings {
  const given = Object.fromEntries(
    settingNames().flatMap((name) => (environment[name] ? [[name, environment[name]]] : [])),
  );
  const settings = plainToInstance(Settings, given, { exposeDefaultValues: true });
  const faults = validateSync(settings).flatMap(({ property, value, constraints }) =>
    problemsOf(constraints).map((problem) => `${problem} (${property} is ${JSON.stringify(value)})`),
  );
  faults.push(
    ...[
      exposureFault(settings),
      credentialsFault(settings),
      clusterFault(settings),
      tlsFault(settings),
    ].filter((fault) => fault !== undefined),
  );
  if (faults.length > 0) throw new SettingsError(faults);
  return settings;
}

/** The environment variables that {@link readSettings} reads. */
export function settingNames(): readonly string[] {
  return propertiesOf(Settings);
}

/** The documentation of all environment variables, those that are not settings included. */
export function variableDocs(): readonly VariableDoc[] {
  return [...docsOf(Settings), ...OTHER_VARIABLES];
}

/** A non-number also fails Min and Max; report it once. */
function problemsOf({ isInt, isNumber, ...others }: Record<string, string> = {}): string[] {
  const notANumber = isInt ?? isNumber;
  return notANumber === undefined ? Object.values(others) : [notANumber];
}

function credentialsFault(settings: Settings): string | undefined {
  const { KAFKA_SASL_MECHANISM, KAFKA_SASL_USERNAME, KAFKA_SASL_PASSWORD } = settings;
  if (KAFKA_SASL_MECHANISM === undefined || (KAFKA_SASL_USERNAME && KAFKA_SASL_PASSWORD)) return undefined;
  return 'KAFKA_SASL_MECHANISM needs KAFKA_SASL_USERNAME and KAFKA_SASL_PASSWORD: set both';
}

function clusterFault({ CLICKHOUSE_CLUSTER, CLICKHOUSE_URL }: Settings): string | undefined {
  if (CLICKHOUSE_CLUSTER === undefined || CLICKHOUSE_URL !== undefined) return undefined;
  return 'CLICKHOUSE_CLUSTER needs CLICKHOUSE_URL: the embedded store cannot be part of a cluster';
}

function tlsFault({ TLS_CERT_FILE, TLS_KEY_FILE }: Settings): string | undefined {
  if ((TLS_CERT_FILE === undefined) === (TLS_KEY_FILE === undefined)) return undefined;
  return 'TLS_CERT_FILE and TLS_KEY_FILE need each other: set both, or neither to serve without TLS';
}

/** Serving the network without authentication takes an explicit setting. */
function exposureFault({ HOST, ALLOW_ANONYMOUS, API_KEYS_FILE }: Settings): string | undefined {
  if (API_KEYS_FILE !== undefined || ALLOW_ANONYMOUS === '1' || isLoopback(HOST)) return undefined;
  return `HOST ${HOST} is reachable from the network and authentication is off: set API_KEYS_FILE (npm run api-key creates keys), set ALLOW_ANONYMOUS=1 to serve everyone, or serve on 127.0.0.1 behind a proxy that authenticates`;
}

function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || /^127\.\d+\.\d+\.\d+$/.test(host);
}
