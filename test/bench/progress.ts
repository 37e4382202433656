const startedAt = performance.now();

/** Prints the progress of the run on standard error. */
export function progress(text: string): void {
  process.stderr.write(`${((performance.now() - startedAt) / 1000).toFixed(1).padStart(7)} s  ${text}\n`);
}
