/**
 * Batches requests for durability into commits: requests that arrive during a commit share the next one. The cost of a
 * flush is thus divided by the load, and a lone request waits for nobody.
 */
export class GroupCommit<Item> {
  private gathered: Waiting<Item>[] = [];
  private running: Promise<void> | undefined;

  /** @param commitAll makes all items durable, or none; called for one batch at a time. */
  constructor(private readonly commitAll: (items: readonly Item[]) => Promise<void>) {}

  /** Resolves once `item` is durable; rejects with the commit's error if that failed. */
  add(item: Item): Promise<void> {
    const done = new Promise<void>((resolve, reject) => this.gathered.push({ item, resolve, reject }));
    this.running ??= this.run();
    return done;
  }

  /** Resolves once no request is waiting. */
  async idle(): Promise<void> {
    while (this.running !== undefined) await this.running;
  }

  private async run(): Promise<void> {
    // Lets requests of the same turn of the event loop share the first commit.
    await new Promise(setImmediate);
    while (this.gathered.length > 0) {
      const group = this.gathered;
      this.gathered = [];
      await this.commitGroup(group);
    }
    this.running = undefined;
  }

  private async commitGroup(group: readonly Waiting<Item>[]): Promise<void> {
    try {
      await this.commitAll(group.map(({ item }) => item));
      for (const { resolve } of group) resolve();
    } catch (error) {
      for (const { reject } of group) reject(error);
    }
  }
}

interface Waiting<Item> {
  readonly item: Item;
  readonly resolve: () => void;
  readonly reject: (error: unknown) => void;
}
