/** Several measurements of one thing, in one line. */
export interface Sample {
  readonly median: number;
  readonly min: number;
  readonly max: number;
  readonly values: readonly number[];
}

export function sampleOf(values: readonly number[]): Sample {
  const ordered = [...values].sort((a, b) => a - b);
  return { median: percentile(ordered, 0.5), min: ordered[0]!, max: ordered.at(-1)!, values };
}

/** The value below which the given share of the (ascending) values lies; the middle of two neighbours for a median. */
export function percentile(ordered: readonly number[], share: number): number {
  const rank = share * (ordered.length - 1);
  const below = ordered[Math.floor(rank)]!;
  return below + (ordered[Math.ceil(rank)]! - below) * (rank % 1);
}

/** The ratios of subjects to the baselines that were measured right before and right after each of them. */
export function interleavedRatios(subjects: readonly number[], baselines: readonly number[]): number[] {
  return subjects.map((subject, i) => (2 * subject) / (baselines[i]! + baselines[i + 1]!));
}
