/** The most recently set entries, bounded by their total weight. */
export class WeightedCache<Value> {
  private readonly entries = new Map<string, Value>();
  private held = 0;
  /** Whether an entry was ever dropped: to make room, or by {@link clear}. */
  evicted = false;

  constructor(
    private readonly maxWeight: number,
    private readonly weightOf: (value: Value) => number,
  ) {}

  /** The total weight of all entries. */
  get weight(): number {
    return this.held;
  }

  get(key: string): Value | undefined {
    return this.entries.get(key);
  }

  set(key: string, value: Value): void {
    this.remove(key);
    this.entries.set(key, value);
    this.held += this.weightOf(value);
    for (const oldest of this.entries.keys()) {
      if (this.held <= this.maxWeight) break;
      this.remove(oldest);
      this.evicted = true;
    }
  }

  clear(): void {
    this.entries.clear();
    this.held = 0;
    this.evicted = true;
  }

  private remove(key: string): void {
    const value = this.entries.get(key);
    if (value === undefined) return;
    this.entries.delete(key);
    this.held -= this.weightOf(value);
  }
}
