import { ACTIVITY_SLOT_MS, type ActivityRow } from '#store';

type Mutable<T> = { -readonly [Key in keyof T]: T[Key] };

/** Gathers when which systems sent anything. */
export class Activity {
  private last: Mutable<ActivityRow> | undefined;
  private readonly slots = new Map<string, Mutable<ActivityRow>>();

  /** @param receivedAt and `actionTime`, where there is one, in milliseconds since the Unix epoch. */
  add(systemId: string, receivedAt: number, actionTime: number | undefined): void {
    const row = this.row(systemId, receivedAt - (receivedAt % ACTIVITY_SLOT_MS));
    if (receivedAt > row.lastReceived) row.lastReceived = receivedAt;
    if (actionTime !== undefined && actionTime > (row.lastAction ?? -Infinity)) row.lastAction = actionTime;
  }

  rows(): ActivityRow[] {
    return [...this.slots.values()];
  }

  private row(systemId: string, slot: number): Mutable<ActivityRow> {
    // Most records are of the slot and system of the one before; to make a key costs more than to look.
    if (this.last?.slot === slot && this.last.systemId === systemId) return this.last;
    const key = `${slot} ${systemId}`;
    let row = this.slots.get(key);
    if (row === undefined)
      this.slots.set(key, (row = { systemId, slot, lastReceived: slot, lastAction: null }));
    return (this.last = row);
  }
}
