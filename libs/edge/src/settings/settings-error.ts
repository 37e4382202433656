/** All that is wrong with the settings, one line for each fault. */
export class SettingsError extends Error {
  override readonly name = 'SettingsError';

  constructor(readonly faults: readonly string[]) {
    super(`the settings are not valid:\n${faults.map((fault) => `  - ${fault}`).join('\n')}`);
  }
}

/** Has several things read one after the other, so that the faults of all are told together. */
export class FaultCollection {
  private readonly faults: string[] = [];

  /** What is read, or nothing if a {@link SettingsError} was thrown: its faults are then remembered. */
  attempt<T>(read: () => T): T | undefined {
    try {
      return read();
    } catch (error) {
      if (!(error instanceof SettingsError)) throw error;
      this.faults.push(...error.faults);
      return undefined;
    }
  }

  /** @throws SettingsError with all faults, if there were any. */
  throwIfAny(): void {
    if (this.faults.length > 0) throw new SettingsError(this.faults);
  }
}
