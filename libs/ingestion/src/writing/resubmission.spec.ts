import { createMetrics } from '#telemetry';
import { RecordingLog } from './recording-log.fixture.js';
import { MAX_BODY_BYTES } from '../rejections/rejection.js';
import { resubmission } from './resubmission.js';

const NOW = Date.UTC(2026, 0, 1);
const status = {
  systemId: ' s ',
  workerId: 'w',
  stateCode: 'c',
  stateName: 'n',
  actionTime: NOW / 1000,
  action: 1,
};
const body = (value: unknown) => {
  const bytes = Buffer.from(JSON.stringify(value));
  return { bytes, size: bytes.length, tooLarge: bytes.length > MAX_BODY_BYTES };
};

describe('resubmission', () => {
  const limits = { maxClockSkewSeconds: 300, retentionDays: 400 };
  const submittingTo = (log: RecordingLog) =>
    resubmission({ log, metrics: createMetrics(), limits, now: () => NOW });

  it('writes a valid body as an event, and writes no dead letter for an invalid one', async () => {
    const log = new RecordingLog();
    const submit = submittingTo(log);
    expect(await submit('status', body(status), undefined)).toBeUndefined();
    expect(
      await submit('status', body({ ...status, actionTime: NOW / 1000 + 301 }), undefined),
    ).toMatchObject({
      reason: 'in_future',
    });
    expect(await submit('contact', body(status), undefined)).toMatchObject({ field: 'contactId' });
    expect(await submit('status', body({ ...status, contactId: 'c' }), undefined)).toBeUndefined();
    expect(log.kept.map(({ topic }) => topic)).toEqual(['wfm.status.v1', 'wfm.status.v1']);
  });

  it('accepts events of permitted systems only, comparing the system after lenient reading', async () => {
    const log = new RecordingLog();
    const submit = submittingTo(log);
    expect(await submit('status', body(status), ['s'])).toBeUndefined();
    expect(await submit('status', body({ ...status, systemId: 7 }), ['7'])).toBeUndefined();
    for (const systems of [['t'], [' s '], []]) {
      expect(await submit('status', body(status), systems)).toMatchObject({
        reason: 'forbidden_system',
        field: 'systemId',
      });
    }
    expect(log.kept).toHaveLength(2);
  });
});
