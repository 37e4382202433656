import 'reflect-metadata';
import { plainToInstance, Transform, Type } from 'class-transformer';
import {
  IsArray,
  IsIn,
  IsInt,
  IsNumber,
  IsOptional,
  IsString,
  Matches,
  Max,
  MaxLength,
  Min,
  MinLength,
  ValidateBy,
  validateSync,
} from 'class-validator';
import { SettingsError } from './settings-error.js';
import { TRACES_SAMPLERS, type TracesSampler } from '#telemetry';

const integer = Transform(({ value }: { value: unknown }) =>
  typeof value === 'string' && /^-?\d+$/.test(value.trim()) ? Number(value) : value,
);
const list = Transform(({ value }: { value: unknown }) =>
  typeof value === 'string' ? value.split(',').map((item) => item.trim()) : value,
);

/** The variables of `docs/configuration.md`, under their own names. */
export class Settings {
  @IsString()
  @MinLength(1)
  HOST = '127.0.0.1';

  /** 0 takes any free port. */
  @integer
  @IsInt()
  @Min(0)
  @Max(65_535)
  PORT = 8080;

  @IsString()
  @MinLength(1)
  DATA_DIR = './data';

  @IsOptional()
  @list
  @IsArray()
  @Matches(/^[^\s:,]+:\d{1,5}$/, {
    each: true,
    message: 'KAFKA_BROKERS must be host:port, several separated by commas',
  })
  KAFKA_BROKERS?: string[];

  @IsOptional()
  @IsIn(['1'], { message: 'KAFKA_SSL must be 1 or unset' })
  KAFKA_SSL?: string;

  @IsOptional()
  @IsIn(['plain', 'scram-sha-256', 'scram-sha-512'])
  KAFKA_SASL_MECHANISM?: 'plain' | 'scram-sha-256' | 'scram-sha-512';

  @IsOptional()
  @IsString()
  KAFKA_SASL_USERNAME?: string;

  @IsOptional()
  @IsString()
  KAFKA_SASL_PASSWORD?: string;

  @Matches(/^[A-Za-z0-9._-]{0,100}$/, {
    message: 'KAFKA_TOPIC_PREFIX must be letters, digits, ".", "_" and "-"',
  })
  KAFKA_TOPIC_PREFIX = '';

  /** Of topics that do not exist yet. */
  @integer
  @IsInt()
  @Min(1)
  @Max(500)
  KAFKA_PARTITIONS = 12;

  @integer
  @IsInt()
  @Min(1)
  @Max(10)
  KAFKA_REPLICATION_FACTOR = 3;

  @IsOptional()
  @Matches(/^https?:\/\/[^\s]+$/, { message: 'CLICKHOUSE_URL must be an http or https URL' })
  CLICKHOUSE_URL?: string;

  @Matches(/^[A-Za-z_][A-Za-z0-9_]{0,63}$/, { message: 'CLICKHOUSE_DATABASE must be a plain identifier' })
  CLICKHOUSE_DATABASE = 'statusledger';

  @IsOptional()
  @Matches(/^[A-Za-z_][A-Za-z0-9_-]{0,63}$/, {
    message: 'CLICKHOUSE_CLUSTER must be the name of a cluster: letters, digits, "_" and "-"',
  })
  CLICKHOUSE_CLUSTER?: string;

  @IsOptional()
  @IsString()
  CLICKHOUSE_USERNAME?: string;

  @IsOptional()
  @IsString()
  CLICKHOUSE_PASSWORD?: string;

  @IsTimeZone()
  TIME_ZONE = 'UTC';

  @IsOptional()
  @IsString()
  @MinLength(1)
  @MaxLength(256)
  DEFAULT_SYSTEM_ID?: string;

  @IsString()
  @MinLength(1)
  @MaxLength(256)
  STATIC_SERVICE_ID = '1';

  @integer
  @IsInt()
  @Min(1)
  @Max(2_000_000_000)
  STATE_MAX_AGE_SECONDS = 43_200;

  @list
  @IsArray()
  @IsString({ each: true })
  @MinLength(1, { each: true })
  OFFLINE_STATE_CODES: string[] = ['Offline', 'Logout'];

  @integer
  @IsInt()
  @Min(0)
  @Max(86_400)
  SESSION_GAP_SECONDS = 60;

  @integer
  @IsInt()
  @Min(0)
  @Max(86_400)
  SERVICE_LEVEL_SECONDS = 20;

  @integer
  @IsInt()
  @Min(1)
  @Max(2_000_000_000)
  CONTACT_MAX_AGE_SECONDS = 86_400;

  @integer
  @IsInt()
  @Min(0)
  @Max(86_400)
  MAX_CLOCK_SKEW_SECONDS = 300;

  @integer
  @IsInt()
  @Min(1)
  @Max(20_000)
  RETENTION_DAYS = 400;

  /** Seconds between the samples of the store that the service compares with its events by itself; 0 for none. */
  @integer
  @IsInt()
  @Min(0)
  @Max(604_800)
  SELF_AUDIT_INTERVAL = 3_600;

  @IsOptional()
  @IsString()
  API_KEYS_FILE?: string;

  @IsOptional()
  @IsString()
  TLS_CERT_FILE?: string;

  @IsOptional()
  @IsString()
  TLS_KEY_FILE?: string;

  @IsOptional()
  @IsIn(['1'], { message: 'ALLOW_ANONYMOUS must be 1 or unset' })
  ALLOW_ANONYMOUS?: string;

  /** A collector of traces (OTLP/HTTP); no traces without. */
  @IsOptional()
  @Matches(/^https?:\/\/[^\s]+$/, { message: 'OTEL_EXPORTER_OTLP_ENDPOINT must be an http or https URL' })
  OTEL_EXPORTER_OTLP_ENDPOINT?: string;

  @IsIn(TRACES_SAMPLERS)
  OTEL_TRACES_SAMPLER: TracesSampler = 'parentbased_always_on';

  /** The share of traces that a sampler by ratio records. */
  @Type(() => Number)
  @IsNumber()
  @Min(0)
  @Max(1)
  OTEL_TRACES_SAMPLER_ARG = 1;

  @IsIn(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'])
  LOG_LEVEL = 'info';
}

/**
 * Reads the settings from environment variables; an empty one counts as unset.
 *
 * @throws SettingsError with every fault there is.
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

/** The environment variables that the service knows. */
export function settingNames(): readonly string[] {
  return Object.keys(Reflect.construct(Settings, []) as object).concat(OPTIONAL_NAMES);
}

/** What is no number is out of every range too: that is one fault. */
function problemsOf({ isInt, isNumber, ...others }: Record<string, string> = {}): string[] {
  const noNumber = isInt ?? isNumber;
  return noNumber === undefined ? Object.values(others) : [noNumber];
}

const OPTIONAL_NAMES = [
  'KAFKA_BROKERS',
  'KAFKA_SSL',
  'KAFKA_SASL_MECHANISM',
  'KAFKA_SASL_USERNAME',
  'KAFKA_SASL_PASSWORD',
  'CLICKHOUSE_URL',
  'CLICKHOUSE_CLUSTER',
  'CLICKHOUSE_USERNAME',
  'CLICKHOUSE_PASSWORD',
  'DEFAULT_SYSTEM_ID',
  'API_KEYS_FILE',
  'TLS_CERT_FILE',
  'TLS_KEY_FILE',
  'ALLOW_ANONYMOUS',
  'OTEL_EXPORTER_OTLP_ENDPOINT',
];

function credentialsFault(settings: Settings): string | undefined {
  const { KAFKA_SASL_MECHANISM, KAFKA_SASL_USERNAME, KAFKA_SASL_PASSWORD } = settings;
  if (KAFKA_SASL_MECHANISM === undefined || (KAFKA_SASL_USERNAME && KAFKA_SASL_PASSWORD)) return undefined;
  return 'KAFKA_SASL_MECHANISM needs KAFKA_SASL_USERNAME and KAFKA_SASL_PASSWORD: set both';
}

function clusterFault({ CLICKHOUSE_CLUSTER, CLICKHOUSE_URL }: Settings): string | undefined {
  if (CLICKHOUSE_CLUSTER === undefined || CLICKHOUSE_URL !== undefined) return undefined;
  return 'CLICKHOUSE_CLUSTER needs CLICKHOUSE_URL: the embedded store is no part of a cluster';
}

function tlsFault({ TLS_CERT_FILE, TLS_KEY_FILE }: Settings): string | undefined {
  if ((TLS_CERT_FILE === undefined) === (TLS_KEY_FILE === undefined)) return undefined;
  return 'TLS_CERT_FILE and TLS_KEY_FILE need each other: set both, or neither to serve without TLS';
}

/** Without credentials, serving the network has to be asked for. */
function exposureFault({ HOST, ALLOW_ANONYMOUS, API_KEYS_FILE }: Settings): string | undefined {
  if (API_KEYS_FILE !== undefined || ALLOW_ANONYMOUS === '1' || isLoopback(HOST)) return undefined;
  return `HOST ${HOST} can be reached from the network and there are no credentials: set API_KEYS_FILE (npm run api-key makes keys), ALLOW_ANONYMOUS=1 if it is meant to be open, or serve on 127.0.0.1 behind a proxy that authenticates`;
}

function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || /^127\.\d+\.\d+\.\d+$/.test(host);
}

/** An IANA time zone that this runtime knows; links such as `Etc/UTC` are among them, offsets such as `+03:00` are not. */
function IsTimeZone(): PropertyDecorator {
  return ValidateBy(
    { name: 'isTimeZone', validator: { validate: isTimeZone } },
    { message: 'TIME_ZONE must be an IANA time zone such as Europe/Berlin' },
  );
}

function isTimeZone(name: unknown): boolean {
  if (typeof name !== 'string' || !/^[A-Za-z]/.test(name)) return false;
  try {
    new Intl.DateTimeFormat('en', { timeZone: name });
    return true;
  } catch {
    return false;
  }
}
