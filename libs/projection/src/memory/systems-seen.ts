/** Which systems have sent anything, as far as this process has written it down. */
export class SystemsSeen {
  private readonly seen = new Set<string>();

  /** The systems among the senders that were not seen before, each with when it was first received (milliseconds). */
  newAmong(senders: readonly { readonly systemId: string; readonly receivedAt: number }[]) {
    const found = new Map<string, number>();
    for (const { systemId, receivedAt } of senders) {
      if (this.seen.has(systemId)) continue;
      found.set(systemId, Math.min(receivedAt, found.get(systemId) ?? Infinity));
    }
    for (const systemId of found.keys()) this.seen.add(systemId);
    return [...found].map(([systemId, receivedAt]) => ({ systemId, receivedAt }));
  }

  forget(): void {
    this.seen.clear();
  }
}
