/** Keys that are remembered by default; one more, and all are forgotten and written again. */
export const REMEMBERED_KEYS = 100_000;

/** The keys that this process has already written. A forgotten key is written again, which changes nothing. */
export class SeenKeys {
  private readonly seen = new Set<string>();

  constructor(private readonly limit = REMEMBERED_KEYS) {}

  /** Remembers the key. @returns whether it is new. */
  isNew(key: string): boolean {
    if (this.seen.has(key)) return false;
    if (this.seen.size >= this.limit) this.forget();
    this.seen.add(key);
    return true;
  }

  forget(): void {
    this.seen.clear();
  }
}
