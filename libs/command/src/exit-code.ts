/** What a program says with its exit code; the table for users is in `docs/operations.md`. */
export const ExitCode = {
  done: 0,
  /** The program failed, or found the differences that it was looking for. */
  failed: 1,
  /** Nothing was done: the command line is wrong. An audit that could not run also ends with it. */
  usage: 2,
  /** The program finished, but some events were rejected. */
  rejected: 3,
  /** SIGINT or SIGTERM stopped the program before it was done. */
  interrupted: 130,
} as const;

export type ExitCode = (typeof ExitCode)[keyof typeof ExitCode];
