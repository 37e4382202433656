/** All faults of the settings, one line each. */
export class SettingsError extends Error {
  override readonly name = 'SettingsError';

  constructor(readonly faults: readonly string[]) {
    super(`the settings are not valid:\n${faults.map((fault) => `  - ${fault}`).join('\n')}`);
  }
}

/** Collects the faults of several reads, so that they are reported together. */
export class FaultCollection {
  private readonly faults: string[] = [];

  /**
   * @returns the result of `read`, or `undefined` if it threw a {@link SettingsError}, whose faults are then collected.
   */
  attempt<T>(read: () => T): T | undefined {
    try {
      return read();
    } catch (error) {
      if (!(error instanceof SettingsError)) throw error;
      this.faults.push(...error.faults);
      return undefined;
    }
  }

  /** @throws SettingsError with all collected faults, if there are any. */
  throwIfAny(): void {
    if (this.faults.length > 0) throw new SettingsError(this.faults);
  }
}
