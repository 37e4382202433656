import type { SeenKeys } from './seen-keys.js';

/** The senders' systems that were not seen before, each with when it was first received (Unix milliseconds). */
export function newSystems(
  senders: readonly { readonly systemId: string; readonly receivedAt: number }[],
  seen: SeenKeys,
): { readonly systemId: string; readonly receivedAt: number }[] {
  const found = new Map<string, number>();
  for (const { systemId, receivedAt } of senders) {
    const earlier = found.get(systemId);
    if (earlier === undefined && !seen.isNew(systemId)) continue;
    found.set(systemId, Math.min(receivedAt, earlier ?? Infinity));
  }
  return [...found].map(([systemId, receivedAt]) => ({ systemId, receivedAt }));
}
