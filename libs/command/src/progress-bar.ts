import { Presets, SingleBar } from 'cli-progress';

/** A bar on a terminal that shows how far a program is. Nothing is shown where there is no terminal. */
export interface ProgressBar {
  /** The first call shows the bar; the total may change later. */
  update(done: number, total: number): void;
  /** To be called once, also after a failure. */
  stop(): void;
}

/**
 * @param what what is going on, such as `Rebuilding`.
 * @param unit what is counted, such as `records`.
 */
export function progressBar(
  what: string,
  unit: string,
  stream: NodeJS.WritableStream = process.stderr,
): ProgressBar {
  const format = `${what} {bar} {percentage} % | {value}/{total} ${unit} | {rate}/s | {eta_formatted} left`;
  // An interruption restores the line wrapping of the terminal, which the bar turns off.
  const bar = new SingleBar({ format, stream, etaBuffer: 1000, gracefulExit: true }, Presets.shades_classic);
  let first: { readonly done: number; readonly at: number } | undefined;
  return {
    update(done, total) {
      if (first === undefined) bar.start(total, done, { rate: 0 });
      first ??= { done, at: performance.now() };
      bar.setTotal(total);
      bar.update(done, { rate: perSecond(done - first.done, performance.now() - first.at) });
    },
    stop: () => bar.stop(),
  };
}

/** Shows a bar while something is going on, however it ends. */
export async function withProgress<Result>(
  what: string,
  unit: string,
  work: (show: ProgressBar['update']) => Promise<Result>,
): Promise<Result> {
  const bar = progressBar(what, unit);
  try {
    return await work((done, total) => bar.update(done, total));
  } finally {
    bar.stop();
  }
}

function perSecond(count: number, ms: number): number {
  return Math.round((count * 1000) / Math.max(1, ms));
}
