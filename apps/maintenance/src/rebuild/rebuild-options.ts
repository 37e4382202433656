import { createCommand, parseArguments } from '#command';

/** How users start the command. */
export const INVOCATION = 'npm run rebuild --';

/** There is nothing to choose. @throws UsageError */
export function parseRebuildOptions(args: readonly string[]): void {
  parseArguments(commandLine(), args);
}

function commandLine() {
  return createCommand({
    invocation: INVOCATION,
    summary: `
Rebuilds the store from the event log: fills new tables beside the present ones, and swaps them once they are complete.
Stop the service first (on a cluster, all projectors; queries go on answering from the present tables).`,
    notes: 'The settings are those of the service: DATA_DIR, or KAFKA_BROKERS and CLICKHOUSE_URL.',
    sections: {
      'Exit codes:': { '0': 'done', '1': 'failed', '2': 'the command line is wrong', '130': 'interrupted' },
    },
  });
}
