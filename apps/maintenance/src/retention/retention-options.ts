import { parseArgs } from 'node:util';

export const USAGE = `Usage: npm run retention [-- --apply]

Shows what is older than RETENTION_DAYS in the event log and in the store, and whether the service would remove it by
itself. Nothing is changed without --apply.

  --apply    removes it, whatever the service would do: look first whether the clock is right. It cannot be undone
  --help     this text

The service may run. The embedded store belongs to the service then, which removes its part within the hour.
`;

/** Thrown for options that cannot be understood. */
export class RetentionUsageError extends Error {
  override readonly name = 'RetentionUsageError';
}

/** @throws RetentionUsageError */
export function parseRetentionOptions(args: readonly string[]): { readonly isApplied: boolean } | 'help' {
  const options = {
    apply: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  } as const;
  try {
    const { apply, help } = parseArgs({ args: [...args], options, strict: true }).values;
    return help ? 'help' : { isApplied: apply };
  } catch (error) {
    throw new RetentionUsageError((error as Error).message);
  }
}
