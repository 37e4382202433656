import { isIPv6 } from 'node:net';

/** Of an IPv6 address, so many bits say which network it is in; a host has all addresses of its network to choose from. */
export const IPV6_NETWORK_BITS = 64;

const BITS_OF_GROUP = 16;
const GROUPS = 8;

/** What counts as one sender: an IPv4 address, or the network of an IPv6 address, such as `2001:db8:0:1::/64`. */
export function networkOf(address: string): string {
  const [withoutZone] = address.split('%', 1) as [string];
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(withoutZone)?.[1];
  if (mapped !== undefined) return mapped;
  if (!isIPv6(withoutZone)) return address;
  return `${groupsOf(withoutZone)
    .slice(0, IPV6_NETWORK_BITS / BITS_OF_GROUP)
    .join(':')}::/${IPV6_NETWORK_BITS}`;
}

function groupsOf(address: string): string[] {
  // A URL has one way of writing an address: without leading zeros, the last groups never as an IPv4 address.
  const plain = new URL(`http://[${address}]`).hostname.slice(1, -1);
  const [before, after = []] = plain
    .split('::')
    .map((part) => part.split(':').filter((group) => group !== ''));
  const zeros = Array<string>(GROUPS - before!.length - after.length).fill('0');
  return [...before!, ...zeros, ...after];
}
