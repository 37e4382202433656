import { isIPv6 } from 'node:net';

/** The length of the prefix that identifies an IPv6 network. A host may use any address of its network. */
export const IPV6_NETWORK_BITS = 64;

const BITS_OF_GROUP = 16;
const GROUPS = 8;

/**
 * Identifies a sender by its IPv4 address or its IPv6 network, such as `2001:db8:0:1::/64`. Other texts are returned as
 * they are.
 */
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
  // A URL normalizes the address: no leading zeros, and no IPv4 notation in the last groups.
  const plain = new URL(`http://[${address}]`).hostname.slice(1, -1);
  const [before, after = []] = plain
    .split('::')
    .map((part) => part.split(':').filter((group) => group !== ''));
  const zeros = Array<string>(GROUPS - before!.length - after.length).fill('0');
  return [...before!, ...zeros, ...after];
}
