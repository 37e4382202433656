/**
 * Gathers single requests for durability into commits: while one commit is under way the next requests wait,
 * and all that have gathered by then share the next one. So the cost of a flush is divided by the load, and a
 * lone request waits for nobody.
 */
export class GroupCommit<Item> {
  private gathered: Waiting<Item>[] = [];
  private running: Promise<void> | undefined;

  /** @param commitAll makes the items durable, all or none; called for one group at a time. */
  constructor(private readonly commitAll: (items: readonly Item[]) => Promise<void>) {}

  /** Resolves once `item` is durable; rejects with the commit's error if its group failed. */
  add(item: Item): Promise<void> {
    const done = new Promise<void>((resolve, reject) => this.gathered.push({ item, resolve, reject }));
    this.running ??= this.run();
    return done;
  }

  /** Resolves once nothing is waiting any more. */
  async idle(): Promise<void> {
    while (this.running !== undefined) await this.running;
  }

  private async run(): Promise<void> {
    // Lets the requests that arrived in the same turn of the event loop share the first commit.
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
