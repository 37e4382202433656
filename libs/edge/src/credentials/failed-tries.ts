import { networkOf } from './network-of.js';

/** This many wrong keys of a network are answered 401, further ones 429 until the window is over. */
export const MAX_FAILED_TRIES = 20;
export const FAILED_TRIES_WINDOW_MS = 60_000;
/** The most networks that are tracked; beyond that, the one whose window began first is dropped. */
export const MAX_TRACKED_NETWORKS = 10_000;

interface Tries {
  count: number;
  readonly since: number;
}

/**
 * Counts wrong keys by the network that they came from, see {@link networkOf}. Clients with a valid key are never
 * refused; see `docs/adr/0011-api-keys.md`.
 */
export class FailedTries {
  private readonly byNetwork = new Map<string, Tries>();

  /** @param now a monotonic clock, in milliseconds. */
  constructor(private readonly now: () => number = () => performance.now()) {}

  /** Counts a wrong key. @returns the seconds to wait, if there were too many. */
  count(address: string): number | undefined {
    const tries = this.triesOf(networkOf(address));
    tries.count += 1;
    if (tries.count <= MAX_FAILED_TRIES) return undefined;
    return Math.max(1, Math.ceil((tries.since + FAILED_TRIES_WINDOW_MS - this.now()) / 1000));
  }

  get trackedNetworks(): number {
    return this.byNetwork.size;
  }

  private triesOf(network: string): Tries {
    const known = this.byNetwork.get(network);
    if (known !== undefined && this.now() - known.since < FAILED_TRIES_WINDOW_MS) return known;
    const tries = { count: 0, since: this.now() };
    this.byNetwork.delete(network);
    this.byNetwork.set(network, tries);
    // A map keeps its entries in the order of insertion.
    if (this.byNetwork.size > MAX_TRACKED_NETWORKS)
      this.byNetwork.delete(this.byNetwork.keys().next().value!);
    return tries;
  }
}
