const startedAt = performance.now();

/** Says on standard error what the run is at. */
export function progress(text: string): void {
  process.stderr.write(`${((performance.now() - startedAt) / 1000).toFixed(1).padStart(7)} s  ${text}\n`);
}
