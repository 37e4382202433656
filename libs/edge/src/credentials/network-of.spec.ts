import { networkOf } from './network-of.js';

describe('networkOf', () => {
  it('returns the first 64 bits of an IPv6 address in any notation', () => {
    for (const address of [
      '2001:db8:0:1::1',
      '2001:db8:0:1:ffff:ffff:ffff:ffff',
      '2001:0DB8:0000:0001:0:0:0:2',
      '2001:db8:0:1::192.0.2.1',
    ]) {
      expect(networkOf(address)).toBe('2001:db8:0:1::/64');
    }
    expect(networkOf('2001:db8:0:2::1')).toBe('2001:db8:0:2::/64');
    expect(networkOf('2001:db8::1')).toBe('2001:db8:0:0::/64');
    expect(networkOf('2001:db8:1::1:0:0:1')).toBe('2001:db8:1:0::/64');
    expect(networkOf('::1')).toBe('0:0:0:0::/64');
    expect(networkOf('fe80::1%eth0')).toBe('fe80:0:0:0::/64');
  });

  it('returns an IPv4 address, including one in IPv6 notation, as it is', () => {
    expect(networkOf('192.0.2.1')).toBe('192.0.2.1');
    expect(networkOf('::ffff:192.0.2.1')).toBe('192.0.2.1');
    expect(networkOf('::FFFF:192.0.2.2')).toBe('192.0.2.2');
  });

  it('returns a text that is not an address as it is', () => {
    for (const text of ['', 'a socket', '1.2.3', ':::']) expect(networkOf(text)).toBe(text);
  });
});
