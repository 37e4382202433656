import { monotonic, wallClock } from '#telemetry';

/** The place of a record and when it was appended. */
interface FetchedRecord {
  readonly offset: number;
  readonly appendedAt: number;
}

/** For how long a group has been behind in each partition, as far as one of its members can know. */
export class LagAge {
  /** The first record of each batch that was fetched and not committed, by partition. */
  private readonly fetched = new Map<number, FetchedRecord[]>();
  /** Since when an offset has been the next one to commit, by the clock that never goes back. */
  private readonly behindSince = new Map<number, { readonly offset: number; readonly since: number }>();

  onFetched(partition: number, batch: readonly FetchedRecord[]): void {
    const [first] = batch;
    if (first === undefined) return;
    const fetched = this.fetched.get(partition) ?? [];
    fetched.push({ offset: first.offset, appendedAt: first.appendedAt });
    this.fetched.set(partition, fetched);
  }

  /** @param isAllPolled whether no fetched record waits to be polled. */
  onCommitted(partition: number, offset: number, isAllPolled: boolean): void {
    const fetched = this.fetched.get(partition) ?? [];
    // Keep the batch that contains the position: its time is early by at most one batch.
    while (fetched.length > 1 && fetched[1]!.offset <= offset) fetched.shift();
    if (fetched.length === 1 && fetched[0]!.offset < offset && isAllPolled) fetched.shift();
  }

  forgetFetched(): void {
    this.fetched.clear();
  }

  /**
   * The age of the oldest record that is not committed. If another member fetched that record, its append time is
   * unknown here, and the time since this member first saw it as the next one counts.
   *
   * @param begin the offset of that record. @param records how many are not committed.
   */
  seconds(partition: number, begin: number, records: number): number {
    if (records === 0) {
      this.behindSince.delete(partition);
      return 0;
    }
    const since = this.seenSince(partition, begin);
    const fetched = this.fetched.get(partition)?.find(({ offset }) => offset >= begin);
    const ageMs = fetched === undefined ? monotonic() - since : wallClock() - fetched.appendedAt;
    return Math.max(0, ageMs / 1000);
  }

  private seenSince(partition: number, offset: number): number {
    const seen = this.behindSince.get(partition);
    if (seen?.offset === offset) return seen.since;
    const since = monotonic();
    this.behindSince.set(partition, { offset, since });
    return since;
  }
}
