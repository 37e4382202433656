/** Groups that are remembered; beyond that, all are forgotten and written again. */
export const REMEMBERED_GROUPS = 100_000;

interface GroupOfSystem {
  readonly systemId: string;
  readonly groupId: string;
}

/** Which groups contacts have come to, as far as this process has written it down. */
export class GroupsSeen {
  private readonly seen = new Set<string>();

  /** The groups among those given that were not seen before. */
  newAmong(groups: readonly GroupOfSystem[]): GroupOfSystem[] {
    if (this.seen.size > REMEMBERED_GROUPS) this.forget();
    const found: GroupOfSystem[] = [];
    for (const { systemId, groupId } of groups) {
      const key = `${systemId}\u0000${groupId}`;
      if (this.seen.has(key)) continue;
      this.seen.add(key);
      found.push({ systemId, groupId });
    }
    return found;
  }

  forget(): void {
    this.seen.clear();
  }
}
