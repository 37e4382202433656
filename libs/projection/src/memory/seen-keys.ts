/** Keys that are remembered unless another number is given; beyond it, all are forgotten and written again. */
export const REMEMBERED_KEYS = 100_000;

/** Which keys this process has written already: what is forgotten is written again, which changes nothing. */
export class SeenKeys {
  private readonly seen = new Set<string>();

  constructor(private readonly limit = REMEMBERED_KEYS) {}

  /** Remembers the key. @returns whether it was not known. */
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
