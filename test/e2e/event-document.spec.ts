import fc from 'fast-check';
import { CONTACT_ACTIONS } from '#domain';
import { eventLogSettings, readSettings } from '#edge';
import {
  isDeadLetterResendRecord,
  LAYOUT_TOPIC,
  MAX_NUMBER,
  MAX_REPORTED_RANGES,
  Topic,
  UnreadableRecordError,
  withTracing,
  type EventAppender,
  type NewRecord,
  type RecordOrigin,
} from '#event-log';
import { createLogger, createTracing } from '#telemetry';
import { MAX_RESENT_BY_LENGTH } from '../../libs/operators/src/dead-letters/dead-letters.controller.js';
import { MAX_TEXT_LENGTH } from '#ingestion';
import { propertySeed } from '../../libs/domain/src/timeline.arbitrary.js';
import { prepareTopics } from '../../libs/event-log/src/kafka/kafka-topics.js';
import { foldLayout, type LayoutRecord } from '../../libs/event-log/src/kafka/layout-record.js';
import {
  EVENT_DOCUMENT,
  eventDocument,
  examplesOf,
  faultsOf,
  schemaOf,
} from '../support/documents/event-document.js';
import { OtlpCollector } from '../support/tools/otlp-collector.js';
import { anyOrigin, REJECTION_REASONS } from '../support/data/record.arbitrary.js';
import { originated, RECORD_CODECS } from '../support/data/record-codecs.js';
import { problemsOf } from '../support/tools/redocly.js';

const { messages, schemas } = eventDocument.components;

describe('the document of the topics', () => {
  it('is valid AsyncAPI 3.0 without warnings', () => {
    expect(problemsOf(EVENT_DOCUMENT)).toEqual([]);
  });

  it('has every topic as the service creates it, and every message in one of them', async () => {
    const made = await topicsMade();
    const documented = Object.values(eventDocument.channels).map(
      ({ address, bindings: { kafka }, ...channel }) => ({
        topic: address,
        numPartitions: kafka.partitions,
        replicationFactor: kafka.replicas,
        settings: textsOf({ ...kafka.topicConfiguration, ...channel['x-topic-configuration'] }),
      }),
    );
    expect(documented).toEqual(made);
    expect(documented.map(({ topic }) => topic)).toEqual([...Object.values(Topic), LAYOUT_TOPIC]);
    const sent = Object.values(eventDocument.channels).flatMap((channel) => Object.keys(channel.messages));
    expect(sent).toEqual(Object.keys(messages));
  });

  it('has the same enumerations and limits as the code', () => {
    expect(schemas['contactEvent']!.properties!['action']!.enum).toEqual(CONTACT_ACTIONS);
    expect(schemas['reason']!.enum).toEqual(REJECTION_REASONS);
    expect(schemas['layoutTopic']!.enum).toEqual(Object.values(Topic));
    expect(schemas['id']!.maxLength).toBe(MAX_TEXT_LENGTH);
    expect(schemas['name']!.maxLength).toBe(MAX_TEXT_LENGTH);
    expect(schemas['deadLetterResend']!.properties!['resentBy']!.maxLength).toBe(MAX_RESENT_BY_LENGTH);
    expect(schemas['number']!.maximum).toBe(MAX_NUMBER);
    expect(schemas['origin']!.maxItems).toBe(3 + 2 * MAX_REPORTED_RANGES);
  });
});

describe.each(RECORD_CODECS)(`the topics' $message (seed ${propertySeed})`, (codec) => {
  const schema = schemaOf(codec.message);
  const anyOriginOrNone = codec.hasOrigin ? fc.option(anyOrigin, { nil: undefined }) : fc.constant(undefined);

  it('is written as documented, and every documented member occurs', () => {
    const seen = new Set<string>();
    fc.assert(
      fc.property(codec.written, anyOriginOrNone, (record, origin) => {
        const value = JSON.parse(originated(record, origin).value) as object;
        Object.keys(value).forEach((member) => seen.add(member));
        expect(faultsOf(schema, value)).toEqual([]);
      }),
      { seed: propertySeed, numRuns: 300 },
    );
    expect([...seen].sort()).toEqual(Object.keys(schemas[schema]!.properties!).sort());
  });

  it('is decoded from the documented example, and encoded to the same record', () => {
    const records = examplesOf(codec.message).map((example) => {
      expect(faultsOf(schema, example)).toEqual([]);
      const decoded = codec.decode(JSON.stringify(example)) as { readonly origin?: RecordOrigin };
      const { origin, ...said } = decoded;
      expect(origin === undefined).toBe(example['origin'] === undefined);
      const record = codec.encode((codec.hasOrigin ? said : decoded) as never);
      expect(JSON.parse(originated(record, origin).value)).toEqual(example);
      return record;
    });
    expect(records[0]!.key).toBe(messages[codec.message]!.bindings.kafka.key.examples[0]);
  });

  it('is unreadable without any required member, and readable without the others', () => {
    const [example] = examplesOf(codec.message) as [Record<string, unknown>];
    for (const member of Object.keys(example)) {
      const without = Object.fromEntries(Object.entries(example).filter(([name]) => name !== member));
      const read = () => codec.decode(JSON.stringify(without));
      const isRequired = schemas[schema]!.required!.includes(member);
      expect({ member, fits: faultsOf(schema, without).length === 0 }).toEqual({
        member,
        fits: !isRequired,
      });
      if (isRequired) expect(read).toThrow(UnreadableRecordError);
      else expect(read).not.toThrow();
    }
  });
});

describe('the marks of resends in the document', () => {
  it('can be distinguished from letters', () => {
    const isMark = (message: string) =>
      examplesOf(message).map((example) => isDeadLetterResendRecord(JSON.stringify(example)));
    expect([isMark('deadLetterResend'), isMark('deadLetter')]).toEqual([[true], [false]]);
  });
});

describe('the layout records in the document', () => {
  const [announced] = examplesOf('partitionsAnnounced') as unknown as [LayoutRecord];
  const [first, second] = examplesOf('partitionGeneration') as unknown as [LayoutRecord, LayoutRecord];

  it('match their schemas, which list every member', () => {
    expect(faultsOf('partitionsAnnounced', announced)).toEqual([]);
    for (const generation of [first, second]) {
      expect(faultsOf('partitionGeneration', generation)).toEqual([]);
      expect(faultsOf('partitionsAnnounced', generation)).not.toEqual([]);
    }
    const all: Readonly<Record<keyof LayoutRecord, true>> = {
      v: true,
      topic: true,
      generation: true,
      partitions: true,
      run: true,
      from: true,
    };
    expect(Object.keys(schemas['partitionGeneration']!.properties!)).toEqual(Object.keys(all));
    expect(messages['partitionGeneration']!.bindings.kafka.key.examples).toEqual([first.topic]);
  });

  it('together describe an addition of partitions', () => {
    expect(foldLayout([first, announced], first.topic).growth).toMatchObject({ partitions: 4 });
    const { generations, growth } = foldLayout([first, announced, second], first.topic);
    expect(growth).toBeUndefined();
    expect(generations).toEqual([
      { partitions: first.partitions, from: first.from },
      { partitions: second.partitions, from: second.from },
    ]);
  });
});

describe('the record headers in the document', () => {
  it('are those that the service sets when traces are collected', async () => {
    const collector = await OtlpCollector.start();
    const settings = { endpoint: collector.url, sampler: 'always_on', ratio: 1 } as const;
    const tracing = (await createTracing(settings, 'any', createLogger('silent')))!;
    const appended: NewRecord[] = [];
    const append: EventAppender['append'] = async (_topic, records) => void appended.push(...records);
    await withTracing({ append }, tracing).append(Topic.status, [{ key: '', value: '' }]);
    await tracing.close();
    await collector.stop();
    const { headers } = appended[0]!;
    expect(faultsOf('traceHeaders', headers)).toEqual([]);
    expect(Object.keys(headers!)).toEqual(Object.keys(schemas['traceHeaders']!.properties!));
  });
});

function textsOf(values: Readonly<Record<string, unknown>>): Record<string, string> {
  return Object.fromEntries(Object.entries(values).map(([name, value]) => [name, String(value)]));
}

/** The topics that the service creates on a cluster of three brokers with the required settings only. */
async function topicsMade() {
  const settings = readSettings({ KAFKA_BROKERS: 'kafka-1:9092', CLICKHOUSE_URL: 'http://clickhouse:8123' });
  const { kafka, retentionMs } = eventLogSettings(settings);
  const made: {
    topic: string;
    numPartitions: number;
    replicationFactor: number;
    configEntries: { name: string; value: string }[];
  }[] = [];
  const admin = {
    listTopics: () => Promise.resolve([]),
    describeCluster: () => Promise.resolve({ brokers: [1, 2, 3] }),
    createTopics: ({ topics }: { topics: typeof made }) => Promise.resolve(made.push(...topics)),
    fetchTopicOffsets: () => Promise.resolve([]),
  };
  await prepareTopics(admin as never, { topic: (name: string) => name } as never, { ...kafka!, retentionMs });
  return made.map(({ configEntries, ...topic }) => ({
    ...topic,
    settings: Object.fromEntries(configEntries.map(({ name, value }) => [name, value])),
  }));
}
