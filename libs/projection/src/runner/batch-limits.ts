/** Most events in a batch: enough to make inserts cheap, few enough to become visible soon and to fit in memory. */
export const MAX_BATCH_RECORDS = 16_000;

/** Dead letters have bodies of up to 64 KiB. */
export const MAX_BATCH_DEAD_LETTERS = 500;

/** Directories have up to 16 MiB. */
export const MAX_BATCH_DIRECTORIES = 4;
