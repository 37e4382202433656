import { ACTIVITY_SLOT_MS, type ActivityRow } from '#store';

type Mutable<T> = { -readonly [Key in keyof T]: T[Key] };

/** Records when each system last sent anything. */
export class Activity {
  private last: Mutable<ActivityRow> | undefined;
  private readonly slots = new Map<string, Mutable<ActivityRow>>();

  /** @param receivedAt in milliseconds since the Unix epoch, as `actionTime` is. */
  add(systemId: string, receivedAt: number, actionTime: number | undefined): void {
    const row = this.row(systemId, receivedAt - (receivedAt % ACTIVITY_SLOT_MS));
    if (receivedAt > row.lastReceived) row.lastReceived = receivedAt;
    if (actionTime !== undefined && actionTime > (row.lastAction ?? -Infinity)) row.lastAction = actionTime;
  }

  rows(): ActivityRow[] {
    return [...this.slots.values()];
  }

  private row(systemId: string, slot: number): Mutable<ActivityRow> {
    // Most records have the slot and system of the one before, and comparing costs less than making a key.
    if (this.last?.slot === slot && this.last.systemId === systemId) return this.last;
    const key = `${slot} ${systemId}`;
    let row = this.slots.get(key);
    if (row === undefined)
      this.slots.set(key, (row = { systemId, slot, lastReceived: slot, lastAction: null }));
    return (this.last = row);
  }
}
