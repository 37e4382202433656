import { createCommand, parseArguments } from '#command';

/** How users start the command. */
export const INVOCATION = 'npm run retention --';

export interface RetentionOptions {
  readonly isApplied: boolean;
}

/** @throws UsageError */
export function parseRetentionOptions(args: readonly string[]): RetentionOptions {
  return { isApplied: parseArguments(commandLine(), args).options.apply ?? false };
}

function commandLine() {
  return createCommand({
    invocation: INVOCATION,
    summary: `
Shows what is older than RETENTION_DAYS in the event log and in the store, and whether the service would remove it by
itself. Nothing is changed without --apply.`,
    notes: `
The service may run meanwhile. It then owns the embedded store, and removes the expired part of it within the hour.`,
    sections: {
      'Exit codes:': { '0': 'done', '1': 'failed', '2': 'the command line is wrong', '130': 'interrupted' },
    },
  }).option(
    '--apply',
    'remove it, even if the service would not: make sure first that the clock is right, since this cannot be undone',
  );
}
