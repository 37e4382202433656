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

/** The result of each of several tries. */
const fail = (address: string, times: number) => Array.from({ length: times }, () => tries.count(address));
const allowed = Array<undefined>(MAX_FAILED_TRIES).fill(undefined);

describe('FailedTries', () => {
  it('refuses tries beyond the limit for that address only', () => {
    expect(fail('192.0.2.1', MAX_FAILED_TRIES)).toEqual(allowed);
    expect(tries.count('192.0.2.1')).toBe(FAILED_TRIES_WINDOW_MS / 1000);
    expect(tries.count('192.0.2.2')).toBeUndefined();
  });

  it('returns the remaining seconds, rounded up and at least one, and starts over when they have passed', () => {
    fail('192.0.2.1', MAX_FAILED_TRIES);
    const at = (ms: number) => ((now = 1_000 + ms), tries.count('192.0.2.1'));
    expect(at(1)).toBe(FAILED_TRIES_WINDOW_MS / 1000);
    expect(at(1_000)).toBe(FAILED_TRIES_WINDOW_MS / 1000 - 1);
    expect(at(FAILED_TRIES_WINDOW_MS - 1)).toBe(1);
    now = 1_000 + FAILED_TRIES_WINDOW_MS;
    expect(fail('192.0.2.1', MAX_FAILED_TRIES)).toEqual(allowed);
    expect(tries.count('192.0.2.1')).toBe(FAILED_TRIES_WINDOW_MS / 1000);
  });

  it('counts all addresses of an IPv6 network together', () => {
    for (let host = 1; host <= MAX_FAILED_TRIES; host++) {
      expect(tries.count(`2001:db8:0:1::${host.toString(16)}`)).toBeUndefined();
    }
    expect(tries.count('2001:db8:0:1:ffff::1')).toBeGreaterThan(0);
    expect(tries.count('2001:db8:0:2::1')).toBeUndefined();
    expect(tries.trackedNetworks).toBe(2);
  });

  it('counts each IPv4 address on its own, also on a dual-stack socket', () => {
    fail('::ffff:192.0.2.1', MAX_FAILED_TRIES);
    expect(tries.count('192.0.2.1')).toBeGreaterThan(0);
    expect(tries.count('::ffff:192.0.2.2')).toBeUndefined();
  });

  it('tracks a limited number of networks, and drops the one whose window began first', () => {
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

  it('does not drop a network first whose window has started over', () => {
    const address = (n: number) => `10.0.${n >> 8}.${n & 255}`;
    tries.count('192.0.2.1');
    tries.count('192.0.2.2');
    now += FAILED_TRIES_WINDOW_MS;
    fail('192.0.2.1', MAX_FAILED_TRIES);
    for (let n = 0; n < MAX_TRACKED_NETWORKS - 1; n++) tries.count(address(n));
    expect(tries.count('192.0.2.1')).toBeGreaterThan(0);
  });
});
