/** A summary of several measurements. */
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

/** The given quantile of ascending values, interpolated between neighbours. */
export function percentile(ordered: readonly number[], share: number): number {
  const rank = share * (ordered.length - 1);
  const below = ordered[Math.floor(rank)]!;
  return below + (ordered[Math.ceil(rank)]! - below) * (rank % 1);
}

/** The ratio of each subject to the mean of the baselines right before and after it. */
export function interleavedRatios(subjects: readonly number[], baselines: readonly number[]): number[] {
  return subjects.map((subject, i) => (2 * subject) / (baselines[i]! + baselines[i + 1]!));
}
