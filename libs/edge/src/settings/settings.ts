import 'reflect-metadata';
import { Transform, Type } from 'class-transformer';
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
} from 'class-validator';
import { TRACES_SAMPLERS, type TracesSampler } from '#telemetry';
import { SERVICES, Setting } from './setting-docs.js';

const integer = Transform(({ value }: { value: unknown }) =>
  typeof value === 'string' && /^-?\d+$/.test(value.trim()) ? Number(value) : value,
);
const list = Transform(({ value }: { value: unknown }) =>
  typeof value === 'string' ? value.split(',').map((item) => item.trim()) : value,
);

const ANSWERING = ['query', 'standalone'] as const;
const STORE_COMMANDS = ['add-partitions', 'audit', 'rebuild', 'retention'] as const;
const STORE_PROGRAMS = ['projector', 'query', 'standalone', ...STORE_COMMANDS] as const;
const LOG_PROGRAMS = [...SERVICES, 'import', ...STORE_COMMANDS] as const;

const LOG_LEVELS = ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'] as const;

const oneOf = (values: readonly string[]) => values.map((value) => `\`${value}\``).join(', ');

/** The environment variables of `docs/configuration.md`, under their own names. */
export class Settings {
  @Setting('HTTP server', [...SERVICES, 'audit'], 'host name or address', 'The address to serve HTTP on')
  @IsString()
  @MinLength(1)
  HOST = '127.0.0.1';

  @Setting('HTTP server', [...SERVICES, 'audit'], 'integer', 'The port to serve HTTP on; 0 picks a free one')
  @integer
  @IsInt()
  @Min(0)
  @Max(65_535)
  PORT = 8080;

  @Setting(
    'Event log',
    LOG_PROGRAMS,
    'directory',
    'Where the embedded event log, the embedded store and the spool keep their files',
  )
  @IsString()
  @MinLength(1)
  DATA_DIR = './data';

  @Setting(
    'Event log',
    LOG_PROGRAMS,
    '`host:port`, several separated by commas',
    'The Kafka brokers to connect to; without any, the event log is embedded',
  )
  @IsOptional()
  @list
  @IsArray()
  @Matches(/^[^\s:,]+:\d{1,5}$/, {
    each: true,
    message: 'KAFKA_BROKERS must be host:port, several separated by commas',
  })
  KAFKA_BROKERS?: string[];

  @Setting('Event log', LOG_PROGRAMS, '`1`', 'Connects to Kafka over TLS')
  @IsOptional()
  @IsIn(['1'], { message: 'KAFKA_SSL must be 1 or unset' })
  KAFKA_SSL?: string;

  @Setting(
    'Event log',
    LOG_PROGRAMS,
    '`plain`, `scram-sha-256` or `scram-sha-512`',
    'How to authenticate with Kafka; needs the user name and the password',
  )
  @IsOptional()
  @IsIn(['plain', 'scram-sha-256', 'scram-sha-512'])
  KAFKA_SASL_MECHANISM?: 'plain' | 'scram-sha-256' | 'scram-sha-512';

  @Setting('Event log', LOG_PROGRAMS, 'text', 'The user name for Kafka')
  @IsOptional()
  @IsString()
  KAFKA_SASL_USERNAME?: string;

  @Setting('Event log', LOG_PROGRAMS, 'text', 'The password for Kafka')
  @IsOptional()
  @IsString()
  KAFKA_SASL_PASSWORD?: string;

  @Setting(
    'Event log',
    LOG_PROGRAMS,
    'at most 100 letters, digits, `.`, `_` and `-`',
    'Put before the names of topics and consumer groups',
  )
  @Matches(/^[A-Za-z0-9._-]{0,100}$/, {
    message: 'KAFKA_TOPIC_PREFIX must be letters, digits, ".", "_" and "-"',
  })
  KAFKA_TOPIC_PREFIX = '';

  @Setting('Event log', LOG_PROGRAMS, 'integer', 'How many partitions a topic gets when it is created')
  @integer
  @IsInt()
  @Min(1)
  @Max(500)
  KAFKA_PARTITIONS = 12;

  @Setting(
    'Event log',
    LOG_PROGRAMS,
    'integer',
    'How many brokers hold a copy of each partition of a topic that is created',
  )
  @integer
  @IsInt()
  @Min(1)
  @Max(10)
  KAFKA_REPLICATION_FACTOR = 3;

  @Setting(
    'Store',
    STORE_PROGRAMS,
    'http or https URL',
    'The ClickHouse server to use; without one, the store is embedded',
  )
  @IsOptional()
  @Matches(/^https?:\/\/[^\s]+$/, { message: 'CLICKHOUSE_URL must be an http or https URL' })
  CLICKHOUSE_URL?: string;

  @Setting('Store', STORE_PROGRAMS, 'letters, digits and `_`', 'The database within the store')
  @Matches(/^[A-Za-z_][A-Za-z0-9_]{0,63}$/, { message: 'CLICKHOUSE_DATABASE must be a plain identifier' })
  CLICKHOUSE_DATABASE = 'statusledger';

  @Setting(
    'Store',
    STORE_PROGRAMS,
    'letters, digits, `_` and `-`',
    'The cluster that the server belongs to: tables are replicated and distributed over it',
  )
  @IsOptional()
  @Matches(/^[A-Za-z_][A-Za-z0-9_-]{0,63}$/, {
    message: 'CLICKHOUSE_CLUSTER must be the name of a cluster: letters, digits, "_" and "-"',
  })
  CLICKHOUSE_CLUSTER?: string;

  @Setting('Store', STORE_PROGRAMS, 'text', 'The user name for ClickHouse')
  @IsOptional()
  @IsString()
  CLICKHOUSE_USERNAME?: string;

  @Setting('Store', STORE_PROGRAMS, 'text', 'The password for ClickHouse')
  @IsOptional()
  @IsString()
  CLICKHOUSE_PASSWORD?: string;

  @Setting('Answers', ANSWERING, 'IANA time zone', "The site's time zone, in which days begin and end")
  @IsTimeZone()
  TIME_ZONE = 'UTC';

  @Setting(
    'Answers',
    ANSWERING,
    'at most 256 characters',
    'The system that a request is about if it names none; needed once there are several',
  )
  @IsOptional()
  @IsString()
  @MinLength(1)
  @MaxLength(256)
  DEFAULT_SYSTEM_ID?: string;

  @Setting(
    'Answers',
    ANSWERING,
    'at most 256 characters',
    'The service id of groups that the directory assigns to no service',
  )
  @IsString()
  @MinLength(1)
  @MaxLength(256)
  STATIC_SERVICE_ID = '1';

  @Setting(
    'Answers',
    ['projector', ...ANSWERING, 'add-partitions', 'audit', 'rebuild'],
    'integer, seconds',
    'A state whose exit was lost ends with the next enter only within this time, and older open states are not shown as current; a change needs a rebuild',
  )
  @integer
  @IsInt()
  @Min(1)
  @Max(2_000_000_000)
  STATE_MAX_AGE_SECONDS = 43_200;

  @Setting(
    'Answers',
    ANSWERING,
    'state codes, separated by commas',
    'The states in which an agent counts as logged out',
  )
  @list
  @IsArray()
  @IsString({ each: true })
  @MinLength(1, { each: true })
  OFFLINE_STATE_CODES: string[] = ['Offline', 'Logout'];

  @Setting('Answers', ANSWERING, 'integer, seconds', 'A longer gap between two states ends a login session')
  @integer
  @IsInt()
  @Min(0)
  @Max(86_400)
  SESSION_GAP_SECONDS = 60;

  @Setting(
    'Answers',
    ANSWERING,
    'integer, seconds',
    'A contact answered within this time counts in `callAnsweredTst`',
  )
  @integer
  @IsInt()
  @Min(0)
  @Max(86_400)
  SERVICE_LEVEL_SECONDS = 20;

  @Setting(
    'Answers',
    ANSWERING,
    'integer, seconds',
    'A contact without an end counts as running until it has had no event for this long',
  )
  @integer
  @IsInt()
  @Min(1)
  @Max(2_000_000_000)
  CONTACT_MAX_AGE_SECONDS = 86_400;

  @Setting(
    'Acceptance and retention',
    LOG_PROGRAMS,
    'integer, seconds',
    'Events further in the future than this become dead letters',
  )
  @integer
  @IsInt()
  @Min(0)
  @Max(86_400)
  MAX_CLOCK_SKEW_SECONDS = 300;

  @Setting(
    'Acceptance and retention',
    LOG_PROGRAMS,
    'integer, days',
    'Older events become dead letters, and older data is deleted',
  )
  @integer
  @IsInt()
  @Min(1)
  @Max(20_000)
  RETENTION_DAYS = 400;

  @Setting(
    'Store',
    ANSWERING,
    'integer, seconds',
    'How often a random sample of the store is compared with its events; 0 turns that off',
  )
  @integer
  @IsInt()
  @Min(0)
  @Max(604_800)
  SELF_AUDIT_INTERVAL = 3_600;

  @Setting(
    'Access and encryption',
    [...SERVICES, 'api-key'],
    'JSON file',
    'The API keys (`npm run api-key` creates them); without the file, authentication is off',
  )
  @IsOptional()
  @IsString()
  API_KEYS_FILE?: string;

  @Setting(
    'Access and encryption',
    [...SERVICES, 'audit'],
    'PEM file',
    'The certificate to serve HTTPS with, followed by its chain',
  )
  @IsOptional()
  @IsString()
  TLS_CERT_FILE?: string;

  @Setting('Access and encryption', SERVICES, 'PEM file', 'The private key of the certificate')
  @IsOptional()
  @IsString()
  TLS_KEY_FILE?: string;

  @Setting(
    'Access and encryption',
    SERVICES,
    '`1`',
    'Allows a `HOST` other than loopback while authentication is off',
  )
  @IsOptional()
  @IsIn(['1'], { message: 'ALLOW_ANONYMOUS must be 1 or unset' })
  ALLOW_ANONYMOUS?: string;

  @Setting(
    'Logs and traces',
    SERVICES,
    'http or https URL',
    'The trace collector (OTLP over HTTP); without one, there are no traces',
  )
  @IsOptional()
  @Matches(/^https?:\/\/[^\s]+$/, { message: 'OTEL_EXPORTER_OTLP_ENDPOINT must be an http or https URL' })
  OTEL_EXPORTER_OTLP_ENDPOINT?: string;

  @Setting('Logs and traces', SERVICES, oneOf(TRACES_SAMPLERS), 'Which traces are recorded')
  @IsIn(TRACES_SAMPLERS)
  OTEL_TRACES_SAMPLER: TracesSampler = 'parentbased_always_on';

  @Setting('Logs and traces', SERVICES, 'number', 'The share of traces that a ratio sampler records')
  @Type(() => Number)
  @IsNumber()
  @Min(0)
  @Max(1)
  OTEL_TRACES_SAMPLER_ARG = 1;

  @Setting(
    'Logs and traces',
    [...SERVICES, 'add-partitions'],
    oneOf(LOG_LEVELS),
    'The least severe level that is logged, as JSON on standard error',
  )
  @IsIn(LOG_LEVELS)
  LOG_LEVEL = 'info';
}

/**
 * Accepts IANA time zones that this runtime knows, including links such as `Etc/UTC`, but no offsets such as `+03:00`.
 */
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
