import {
  FAILED_TRIES_WINDOW_MS,
  FailedTries,
  MAX_FAILED_TRIES,
  MAX_TRACKED_NETWORKS,
} from './failed-tries.js';

let now: number;
let tries: FailedTries;

beforeEach(() => {
  now = 1_000;
  tries = new FailedTries(() => now);
});

/** What came of each. */
const fail = (address: string, times: number) => Array.from({ length: times }, () => tries.count(address));
const allowed = Array<undefined>(MAX_FAILED_TRIES).fill(undefined);

describe('failed tries', () => {
  it('are too many beyond the limit, for one address and no other', () => {
    expect(fail('192.0.2.1', MAX_FAILED_TRIES)).toEqual(allowed);
    expect(tries.count('192.0.2.1')).toBe(FAILED_TRIES_WINDOW_MS / 1000);
    expect(tries.count('192.0.2.2')).toBeUndefined();
  });

  it('are told the seconds that are left, rounded up, one at least, and begin anew when they are over', () => {
    fail('192.0.2.1', MAX_FAILED_TRIES);
    const at = (ms: number) => ((now = 1_000 + ms), tries.count('192.0.2.1'));
    expect(at(1)).toBe(FAILED_TRIES_WINDOW_MS / 1000);
    expect(at(1_000)).toBe(FAILED_TRIES_WINDOW_MS / 1000 - 1);
    expect(at(FAILED_TRIES_WINDOW_MS - 1)).toBe(1);
    now = 1_000 + FAILED_TRIES_WINDOW_MS;
    expect(fail('192.0.2.1', MAX_FAILED_TRIES)).toEqual(allowed);
    expect(tries.count('192.0.2.1')).toBe(FAILED_TRIES_WINDOW_MS / 1000);
  });

  it('of all addresses of an IPv6 network count together', () => {
    for (let host = 1; host <= MAX_FAILED_TRIES; host++) {
      expect(tries.count(`2001:db8:0:1::${host.toString(16)}`)).toBeUndefined();
    }
    expect(tries.count('2001:db8:0:1:ffff::1')).toBeGreaterThan(0);
    expect(tries.count('2001:db8:0:2::1')).toBeUndefined();
    expect(tries.trackedNetworks).toBe(2);
  });

  it('of IPv4 addresses count for each, also on a socket of both kinds', () => {
    fail('::ffff:192.0.2.1', MAX_FAILED_TRIES);
    expect(tries.count('192.0.2.1')).toBeGreaterThan(0);
    expect(tries.count('::ffff:192.0.2.2')).toBeUndefined();
  });

  it('are remembered of so many networks at most; the one that began first is forgotten', () => {
    const address = (n: number) => `10.${n >> 16}.${(n >> 8) & 255}.${n & 255}`;
    fail(address(0), MAX_FAILED_TRIES);
    fail(address(1), MAX_FAILED_TRIES);
    for (let n = 2; n < MAX_TRACKED_NETWORKS; n++) tries.count(address(n));
    expect(tries.trackedNetworks).toBe(MAX_TRACKED_NETWORKS);
    expect(tries.count(address(0))).toBeGreaterThan(0);
    tries.count(address(MAX_TRACKED_NETWORKS));
    expect(tries.trackedNetworks).toBe(MAX_TRACKED_NETWORKS);
    expect(tries.count(address(1))).toBeGreaterThan(0);
    expect(tries.count(address(0))).toBeUndefined();
  });

  it('that began anew are not the first to be forgotten', () => {
    const address = (n: number) => `10.0.${n >> 8}.${n & 255}`;
    tries.count('192.0.2.1');
    tries.count('192.0.2.2');
    now += FAILED_TRIES_WINDOW_MS;
    fail('192.0.2.1', MAX_FAILED_TRIES);
    for (let n = 0; n < MAX_TRACKED_NETWORKS - 1; n++) tries.count(address(n));
    expect(tries.count('192.0.2.1')).toBeGreaterThan(0);
  });
});
