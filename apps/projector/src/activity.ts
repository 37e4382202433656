import { ACTIVITY_SLOT_MS, type ActivityRow } from '#store';

type Mutable<T> = { -readonly [Key in keyof T]: T[Key] };

/** Gathers when which systems sent anything. */
export class Activity {
  private readonly slots = new Map<string, Mutable<ActivityRow>>();

  /** @param receivedAt and `actionTime`, where there is one, in milliseconds since the Unix epoch. */
  add(systemId: string, receivedAt: number, actionTime: number | undefined): void {
    const slot = receivedAt - (receivedAt % ACTIVITY_SLOT_MS);
    const key = `${slot} ${systemId}`;
    const row = this.slots.get(key);
    if (row === undefined) {
      this.slots.set(key, { systemId, slot, lastReceived: receivedAt, lastAction: actionTime ?? null });
      return;
    }
    if (receivedAt > row.lastReceived) row.lastReceived = receivedAt;
    if (actionTime !== undefined && actionTime > (row.lastAction ?? -Infinity)) row.lastAction = actionTime;
  }

  rows(): ActivityRow[] {
    return [...this.slots.values()];
  }
}
