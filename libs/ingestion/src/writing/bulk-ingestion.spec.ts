import { Topic } from '#event-log';
import { createMetrics } from '#telemetry';
import { eventually } from '../../../../test/support/http/service-client.js';
import {
  BulkIngestion,
  ingestLines,
  MAX_BATCHES_UNDER_WAY,
  MAX_BATCH_BYTES,
  MAX_BATCH_LINES,
  type BulkSource,
} from './bulk-ingestion.js';
import { Ingestion } from './ingestion.js';
import { EventValidator } from '../validation/event-validator.js';
import { LineValidator } from '../validation/line-validator.js';
import { LineSplitter } from '../parsing/line-splitter.js';
import { RecordingLog } from './recording-log.fixture.js';

const NOW = 1_700_000_000_000;
const now = () => NOW;
const validator = new LineValidator(
  new EventValidator({ maxClockSkewSeconds: 300, retentionDays: 400 }, now),
  now,
);

const status = (workerId: string, more = {}) =>
  JSON.stringify({
    systemId: 'system',
    workerId,
    stateCode: 'Break',
    stateName: 'Break',
    actionTime: NOW / 1000,
    action: 1,
    ...more,
  });
const contact = (contactId: string) =>
  JSON.stringify({ systemId: 'system', contactId, groupId: '1', actionTime: NOW / 1000, action: 'queued' });

type Texts = Iterable<string> | AsyncIterable<string>;

async function* chunksOf(texts: Texts, onTaken?: () => void): AsyncGenerator<Buffer> {
  for await (const text of texts) {
    onTaken?.();
    yield Buffer.from(text);
  }
}

function bulkOn(log: RecordingLog, source: Partial<BulkSource> = {}) {
  const metrics = createMetrics();
  const ingestion = new Ingestion(log, metrics, now);
  const bulk = new BulkIngestion(ingestion, {
    remoteAddress: 'somewhere',
    nameOf: (line) => `line ${line}`,
    ...source,
  });
  const take = (texts: Texts, onTaken?: () => void) =>
    ingestLines(chunksOf(texts, onTaken), new LineSplitter(), (line) => validator.validate(line), bulk);
  return { bulk, take, metrics };
}

/** A promise and the function that resolves it. */
function signal() {
  let give: () => void = () => undefined;
  const given = new Promise<void>((resolve) => (give = resolve));
  return { give, given };
}

const lines = (count: number, from = 0) =>
  Array.from({ length: count }, (_, i) => `${status(`${from + i}`)}\n`).join('');

describe('bulk ingestion', () => {
  it('writes lines as status or contact events, or as dead letters that name their line', async () => {
    const log = new RecordingLog();
    const { bulk, take } = bulkOn(log);
    await take([`${status('1')}\n\n${contact('c')}\r\n{"contactId":null}\nno JSON\n{"contactId":"c"}`]);
    expect(log.keptIn(Topic.status)).toMatchObject([{ workerId: '1', receivedAt: NOW }]);
    expect(log.keptIn(Topic.contact)).toMatchObject([{ contactId: 'c', action: 'queued' }]);
    expect(log.keptIn(Topic.deadLetter)).toMatchObject([
      { type: 'status', reason: 'missing_field', message: 'line 4: the parameter workerId is missing' },
      {
        type: 'status',
        reason: 'malformed',
        message: expect.stringMatching(/^line 5: the body is not JSON/),
      },
      {
        type: 'contact',
        reason: 'missing_field',
        remoteAddress: 'somewhere',
        bodyBytes: 17,
        bodyBase64: Buffer.from('{"contactId":"c"}').toString('base64'),
      },
    ]);
    expect(bulk.received).toBe(5);
    expect(bulk.counts).toEqual({
      accepted: { status: 1, contact: 1 },
      deadLettered: { missing_field: 2, malformed: 1 },
    });
  });

  it('reads no further than the batches that may be under way', async () => {
    const log = new RecordingLog();
    log.held = true;
    const { take, bulk } = bulkOn(log);
    let taken = 0;
    const all = 20;
    const done = take(
      Array.from({ length: all }, (_, i) => lines(MAX_BATCH_LINES, i * MAX_BATCH_LINES)),
      () => taken++,
    );
    await eventually(() => log.appends.length === MAX_BATCHES_UNDER_WAY);
    await new Promise(setImmediate);
    expect(log.waiting).toBe(MAX_BATCHES_UNDER_WAY * MAX_BATCH_LINES);
    expect(taken).toBe(MAX_BATCHES_UNDER_WAY);
    log.held = false;
    log.release();
    await done;
    expect(bulk.counts.accepted).toEqual({ status: all * MAX_BATCH_LINES });
    expect(log.kept).toHaveLength(all * MAX_BATCH_LINES);
  });

  it.each([
    [MAX_BATCH_LINES, [MAX_BATCH_LINES]],
    [MAX_BATCH_LINES + 1, [MAX_BATCH_LINES, 1]],
  ])('appends %i lines of one chunk as %j', async (count, appends) => {
    const log = new RecordingLog();
    await bulkOn(log).take([lines(count)]);
    expect(log.appends).toEqual(appends);
  });

  it.each([
    [MAX_BATCH_BYTES, [32, 1]],
    [MAX_BATCH_BYTES - 1, [33]],
  ])('appends lines of %i bytes, and one more, as %j', async (bytes, appends) => {
    const log = new RecordingLog();
    const each = 32 * 1024;
    const sized = (size: number) => status('1', { fill: '' }).replace(/""}$/, `"${'x'.repeat(size)}"}`);
    const overhead = sized(0).length;
    const sizes = [...Array<number>(31).fill(each), bytes - 31 * each];
    await bulkOn(log).take([
      sizes.map((size) => `${sized(size - overhead)}\n`).join('') + `${status('2')}\n`,
    ]);
    expect(log.appends).toEqual(appends);
  });

  it('does not wait for more lines when no batch is under way', async () => {
    const log = new RecordingLog();
    const durable = signal();
    const { take } = bulkOn(log, { onDurable: async () => durable.give() });
    async function* slowly() {
      yield `${status('1')}\n`;
      await durable.given;
      yield status('2');
    }
    await take(slowly());
    expect(log.appends).toEqual([1, 1]);
  });

  it('reports lines as durable in their order, whichever append finishes first', async () => {
    const log = new RecordingLog();
    log.held = true;
    const reported: number[] = [];
    const { take } = bulkOn(log, {
      onDurable: async ({ line }, { accepted }) => {
        expect(accepted['status']).toBe(line - 1);
        reported.push(line - 1);
      },
    });
    const done = take([lines(2 * MAX_BATCH_LINES + 1)]);
    await eventually(() => log.appends.length === 3);
    await new Promise(setImmediate);
    expect(reported).toEqual([]);
    log.held = false;
    log.release('newest first');
    await done;
    expect(reported).toEqual([MAX_BATCH_LINES, 2 * MAX_BATCH_LINES, 2 * MAX_BATCH_LINES + 1]);
  });

  it('fails when the log is unavailable, and counts only the lines that are durable', async () => {
    const log = new RecordingLog();
    const durable = signal();
    const { take, bulk, metrics } = bulkOn(log, { onDurable: async () => durable.give() });
    async function* untilUnavailable() {
      yield lines(10);
      await durable.given;
      log.unavailable = true;
      yield lines(5, 10);
    }
    await expect(take(untilUnavailable())).rejects.toMatchObject({ name: 'LogUnavailableError' });
    expect(bulk.counts).toEqual({ accepted: { status: 10 }, deadLettered: {} });
    const { values } = await metrics.eventsReceived.get();
    const outcomes = Object.fromEntries(values.map(({ labels, value }) => [labels.outcome, value]));
    expect(outcomes).toEqual({ accepted: 10, unavailable: 5 });
    expect(log.kept).toHaveLength(10);
  });

  it('counts the lines of one topic as accepted although another topic fails', async () => {
    const log = new RecordingLog();
    const append = log.append.bind(log);
    log.append = (topic, records) => {
      log.unavailable = topic === Topic.deadLetter;
      const appended = append(topic, records);
      log.release();
      return appended;
    };
    const { take, metrics } = bulkOn(log);
    await expect(take([`${status('1')}\nno JSON\n`])).rejects.toMatchObject({ name: 'LogUnavailableError' });
    const { values } = await metrics.eventsReceived.get();
    expect(values.map(({ labels, value }) => [labels.outcome, value])).toEqual([
      ['accepted', 1],
      ['unavailable', 1],
    ]);
  });

  it('stops reading after a failure, even if lines come one by one', async () => {
    const log = new RecordingLog();
    log.unavailable = true;
    const { take } = bulkOn(log);
    let taken = 0;
    async function* oneByOne() {
      for (let n = 0; n < 50; n++) {
        yield `${status(`${n}`)}\n`;
        await eventually(() => log.waiting === 0);
      }
    }
    await expect(take(oneByOne(), () => taken++)).rejects.toMatchObject({ name: 'LogUnavailableError' });
    expect(taken).toBeLessThan(5);
  });

  it('stops reading once its progress cannot be saved', async () => {
    const log = new RecordingLog();
    const { take } = bulkOn(log, { onDurable: () => Promise.reject(new Error('the disk is full')) });
    let taken = 0;
    const texts = Array.from({ length: 50 }, (_, i) => lines(MAX_BATCH_LINES, i * MAX_BATCH_LINES));
    await expect(take(texts, () => taken++)).rejects.toThrow('the disk is full');
    expect(taken).toBeLessThan(10);
  });
});
