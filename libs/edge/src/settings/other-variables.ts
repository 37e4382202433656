import { SERVICES, type VariableDoc } from './setting-docs.js';

/** Variables that are read outside the settings: by commands, by OpenTelemetry and by Node.js itself. */
export const OTHER_VARIABLES: readonly VariableDoc[] = [
  {
    name: 'STATUSLEDGER_URL',
    topic: 'Commands',
    default: 'http://127.0.0.1:8080',
    values: 'http or https URL',
    meaning: 'The service to call, unless `--url` is given',
    programs: ['dead-letters'],
  },
  {
    name: 'STATUSLEDGER_API_KEY',
    topic: 'Commands',
    default: undefined,
    values: 'API key',
    meaning: 'The key to send to the service, unless `--api-key` is given',
    programs: ['audit', 'dead-letters', 'simulate'],
  },
  {
    name: 'NODE_EXTRA_CA_CERTS',
    topic: 'Access and encryption',
    default: undefined,
    values: 'PEM file',
    meaning:
      'Additional certificate authorities to trust, for Kafka, ClickHouse and trace collectors (read by Node.js)',
    programs: [
      ...SERVICES,
      ...(['add-partitions', 'audit', 'dead-letters', 'import', 'rebuild', 'retention', 'simulate'] as const),
    ],
  },
  otel({
    name: 'OTEL_SERVICE_NAME',
    values: 'text',
    meaning:
      'The name of the service in traces, instead of `statusledger` (standalone) or `statusledger-` and the program',
  }),
  otel({
    name: 'OTEL_RESOURCE_ATTRIBUTES',
    values: '`key=value`, several separated by commas',
    meaning: 'Attributes of the service in traces',
  }),
  otel({
    name: 'OTEL_EXPORTER_OTLP_HEADERS',
    values: '`key=value`, several separated by commas',
    meaning: 'Headers to send to the trace collector',
  }),
  otel({
    name: 'OTEL_EXPORTER_OTLP_TIMEOUT',
    default: '10000',
    values: 'integer, milliseconds',
    meaning: 'How long sending a batch of spans may take',
  }),
  otel({
    name: 'OTEL_BSP_SCHEDULE_DELAY',
    default: '5000',
    values: 'integer, milliseconds',
    meaning: 'How often spans are sent',
  }),
  otel({
    name: 'OTEL_BSP_EXPORT_TIMEOUT',
    default: '30000',
    values: 'integer, milliseconds',
    meaning: 'How long exporting a batch of spans may take, retries included',
  }),
  otel({
    name: 'OTEL_BSP_MAX_QUEUE_SIZE',
    default: '2048',
    values: 'integer, spans',
    meaning: 'How many spans may wait to be sent before further ones are dropped',
  }),
  otel({
    name: 'OTEL_BSP_MAX_EXPORT_BATCH_SIZE',
    default: '512',
    values: 'integer, spans',
    meaning: 'How many spans a batch may have',
  }),
];

type OtelVariable = Pick<VariableDoc, 'name' | 'values' | 'meaning'> & { readonly default?: string };

/** A variable that OpenTelemetry reads itself, in each of the services. */
function otel(variable: OtelVariable): VariableDoc {
  return { topic: 'Logs and traces', default: undefined, programs: SERVICES, ...variable };
}
