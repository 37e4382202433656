import { mkdtempSync, rmSync, statfsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  MIB,
  reasonForNoDisk,
  RESERVED_BYTES,
  smallDisk,
} from '../../../../test/support/processes/small-disk.js';
import { LogUnavailableError } from '../log-errors.js';
import { Topic } from '../topics.js';
import { EmbeddedEventLog } from './embedded-event-log.js';
import { hasRoomFor } from './log-room.js';

describe('the room of the embedded log', () => {
  const room = (onDisk: number, inFile: number) => ({ onDisk, inFile: () => inFile });

  it.each([
    [16, 0, 0, true],
    [15, 0, 0, false],
    [15, 1, 0, true],
    [16, 1, 2, false],
    [16, 2, 2, true],
    [8, 100, 0, true],
    [7, 100, 0, false],
    [9, 100, 1, true],
    [9, 100, 2, false],
  ])(
    'with %i free on the disk, %i free in its file and 16 reserved: room for %i more is %s',
    (onDisk, inFile, bytes, has) => {
      expect(hasRoomFor(bytes, 16, room(onDisk, inFile))).toBe(has);
    },
  );

  it('does not look into the file while the disk has enough', () => {
    const asked = { onDisk: 100, inFile: () => Promise.reject(new Error('asked')) as unknown as number };
    expect(hasRoomFor(1, 16, asked)).toBe(true);
  });
});

const noDisk = reasonForNoDisk();
const describeOnSmallDisk = noDisk === undefined ? describe : describe.skip;

describeOnSmallDisk(`an embedded log on a full disk${noDisk ? ` (skipped: ${noDisk})` : ''}`, () => {
  const directory = mkdtempSync(join(tmpdir(), 'statusledger-room-'));
  const records = Array.from({ length: 500 }, (_, i) => ({ key: `k${i}`, value: 'x'.repeat(200) }));
  let now = 1_000_000;
  let log: EmbeddedEventLog;

  beforeAll(() => {
    smallDisk.mount(directory);
    log = new EmbeddedEventLog({ directory, retentionMs: 1_000, now: () => now });
  });

  afterAll(async () => {
    await log.close();
    smallDisk.unmount(directory);
    rmSync(directory, { recursive: true });
  });

  /** Appends until the log rejects. @returns the number of records that it accepted. */
  async function fill(): Promise<number> {
    for (let taken = 0; ; taken += records.length) {
      try {
        await log.append(Topic.status, records);
      } catch (error) {
        expect(error).toBeInstanceOf(LogUnavailableError);
        return taken;
      }
    }
  }

  const free = () => statfsSync(directory).bavail * statfsSync(directory).bsize;

  it('accepts appends again once the retention has made room in the file, and never uses the reserve', async () => {
    const first = await fill();
    expect(first).toBeGreaterThan(10_000);
    expect(free()).toBeGreaterThan(RESERVED_BYTES - MIB);
    for (let round = 0; round < 5; round++) {
      now += 2_000;
      expect(await log.enforceRetention(true)).toMatchObject({ decision: { kind: 'approved' } });
      const again = await fill();
      expect(again).toBeGreaterThan(first / 2);
      expect(free()).toBeGreaterThan(RESERVED_BYTES / 2 - MIB);
    }
    await expect(log.append(Topic.status, records)).rejects.toBeInstanceOf(LogUnavailableError);
    now += 2_000;
    await log.enforceRetention(true);
    await log.ping();
  });
});
