/** An error whose message says all that users need, so that a stack would only distract. */
export class CommandError extends Error {
  override readonly name: string = 'CommandError';
}

/** The command line cannot be understood; the message lists every fault, one per line. */
export class UsageError extends CommandError {
  override readonly name = 'UsageError';
}
