import { readSettings } from './read-settings.js';
import { SettingsError } from './settings-error.js';

function faultsOf(environment: Record<string, string>): readonly string[] {
  try {
    readSettings(environment);
  } catch (error) {
    if (error instanceof SettingsError) return error.faults;
    throw error;
  }
  return [];
}

describe('readSettings', () => {
  it('returns the defaults for an empty environment', () => {
    expect({ ...readSettings({}) }).toEqual({
      HOST: '127.0.0.1',
      PORT: 8080,
      DATA_DIR: './data',
      KAFKA_TOPIC_PREFIX: '',
      KAFKA_PARTITIONS: 12,
      KAFKA_REPLICATION_FACTOR: 3,
      CLICKHOUSE_DATABASE: 'statusledger',
      TIME_ZONE: 'UTC',
      STATIC_SERVICE_ID: '1',
      STATE_MAX_AGE_SECONDS: 43_200,
      OFFLINE_STATE_CODES: ['Offline', 'Logout'],
      SESSION_GAP_SECONDS: 60,
      SERVICE_LEVEL_SECONDS: 20,
      CONTACT_MAX_AGE_SECONDS: 86_400,
      MAX_CLOCK_SKEW_SECONDS: 300,
      RETENTION_DAYS: 400,
      SELF_AUDIT_INTERVAL: 3_600,
      LOG_LEVEL: 'info',
      OTEL_TRACES_SAMPLER: 'parentbased_always_on',
      OTEL_TRACES_SAMPLER_ARG: 1,
    });
  });

  it('treats empty variables as unset, and ignores unknown ones', () => {
    expect(readSettings({ PORT: '', DEFAULT_SYSTEM_ID: '', PATH: '/bin' })).toEqual(readSettings({}));
  });

  it('parses numbers, lists and names', () => {
    expect(
      readSettings({
        PORT: ' 0 ',
        OFFLINE_STATE_CODES: ' Away , Offline',
        DEFAULT_SYSTEM_ID: 'External system',
        TIME_ZONE: 'Europe/Berlin',
      }),
    ).toMatchObject({
      PORT: 0,
      OFFLINE_STATE_CODES: ['Away', 'Offline'],
      DEFAULT_SYSTEM_ID: 'External system',
      TIME_ZONE: 'Europe/Berlin',
    });
  });

  it.each([
    'UTC',
    'Etc/UTC',
    'Etc/GMT-5',
    'Asia/Kathmandu',
    'Asia/Katmandu',
    'America/Argentina/Buenos_Aires',
  ])('accepts %s as a time zone', (TIME_ZONE) => {
    expect(readSettings({ TIME_ZONE })).toMatchObject({ TIME_ZONE });
  });

  it.each(['+03:00', '-0500', 'Mars/Olympus', 'Europe/', '5'])('refuses %s as a time zone', (TIME_ZONE) => {
    expect(() => readSettings({ TIME_ZONE })).toThrow(SettingsError);
  });

  it('parses brokers as a list, and accepts only complete credentials for them', () => {
    expect(readSettings({ KAFKA_BROKERS: 'a:9092, b.example:19092' })).toMatchObject({
      KAFKA_BROKERS: ['a:9092', 'b.example:19092'],
    });
    expect(() => readSettings({ KAFKA_BROKERS: 'a' })).toThrow(SettingsError);
    const sasl = { KAFKA_SASL_MECHANISM: 'plain', KAFKA_SASL_USERNAME: 'u' };
    expect(() => readSettings(sasl)).toThrow('KAFKA_SASL_PASSWORD');
    expect(readSettings({ ...sasl, KAFKA_SASL_PASSWORD: 'p' })).toMatchObject(sasl);
  });

  it('accepts the name of a cluster only with a server', () => {
    const server = { CLICKHOUSE_URL: 'http://store:8123' };
    expect(readSettings({ ...server, CLICKHOUSE_CLUSTER: 'two-shards_1' })).toMatchObject({
      CLICKHOUSE_CLUSTER: 'two-shards_1',
    });
    expect(() => readSettings({ CLICKHOUSE_CLUSTER: 'main' })).toThrow(
      'CLICKHOUSE_CLUSTER needs CLICKHOUSE_URL',
    );
    for (const name of ["a'b", '1a', 'a b', 'a.b', `a${'b'.repeat(64)}`]) {
      expect(faultsOf({ ...server, CLICKHOUSE_CLUSTER: name })).toHaveLength(1);
    }
    expect(faultsOf({ ...server, CLICKHOUSE_CLUSTER: `a${'b'.repeat(63)}` })).toEqual([]);
  });

  it('accepts a share of traces from 0 to 1', () => {
    for (const share of ['0', '0.001', '1']) {
      expect(readSettings({ OTEL_TRACES_SAMPLER_ARG: share }).OTEL_TRACES_SAMPLER_ARG).toBe(Number(share));
    }
    for (const share of ['-0.001', '1.001', 'half', 'NaN']) {
      expect(faultsOf({ OTEL_TRACES_SAMPLER_ARG: share })).not.toEqual([]);
    }
  });

  it('reports all faults at once, one line each, with the name and the value', () => {
    const wrong = {
      HOST: '0.0.0.0',
      PORT: 'abc',
      CLICKHOUSE_URL: 'ftp://store',
      CLICKHOUSE_DATABASE: 'a; DROP',
      TIME_ZONE: 'Mars/Olympus',
      DEFAULT_SYSTEM_ID: 'x'.repeat(257),
      STATE_MAX_AGE_SECONDS: '1.5',
      OFFLINE_STATE_CODES: 'a,,b',
      RETENTION_DAYS: '0',
      ALLOW_ANONYMOUS: 'yes',
      LOG_LEVEL: 'loud',
      OTEL_EXPORTER_OTLP_ENDPOINT: 'collector:4318',
      OTEL_TRACES_SAMPLER: 'sometimes',
    };
    const faults = faultsOf(wrong);
    expect(faults).toHaveLength(Object.keys(wrong).length);
    for (const name of Object.keys(wrong)) {
      expect(faults.filter((fault) => fault.includes(name))).not.toEqual([]);
    }
    expect(faults).toContain('PORT must be an integer number (PORT is "abc")');
    expect(new SettingsError(faults).message.split('\n')).toHaveLength(1 + faults.length);
  });

  it.each([
    ['PORT', 0, 65_535],
    ['STATE_MAX_AGE_SECONDS', 1, 2_000_000_000],
    ['SESSION_GAP_SECONDS', 0, 86_400],
    ['MAX_CLOCK_SKEW_SECONDS', 0, 86_400],
    ['RETENTION_DAYS', 1, 20_000],
  ])('accepts %s from %i to %i', (name, least, most) => {
    expect(faultsOf({ [name]: `${least}` })).toEqual([]);
    expect(faultsOf({ [name]: `${most}` })).toEqual([]);
    expect(faultsOf({ [name]: `${least - 1}` })).toHaveLength(1);
    expect(faultsOf({ [name]: `${most + 1}` })).toHaveLength(1);
  });

  it('refuses to serve the network without authentication unless that is asked for', () => {
    for (const HOST of ['localhost', '127.0.0.1', '127.1.2.3', '::1']) expect(faultsOf({ HOST })).toEqual([]);
    for (const HOST of ['0.0.0.0', '::', '192.168.0.1', 'wfm.example']) {
      expect(faultsOf({ HOST })).toEqual([expect.stringContaining('ALLOW_ANONYMOUS=1') as string]);
      expect(faultsOf({ HOST, ALLOW_ANONYMOUS: '1' })).toEqual([]);
    }
  });
});
