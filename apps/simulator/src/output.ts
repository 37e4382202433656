import { progressBar } from '#command';

/** Where a person reads along: a terminal, or a file of plain lines. */
export interface Output {
  line(text: string): void;
  /** Shows how far something has come; call `advance` once for each of the total. */
  progress(what: string, total: number): Progress;
}

export interface Progress {
  advance(): void;
  /** To be called once, also after a failure. */
  stop(): void;
}

const LINES_PER_PROGRESS = 10;

/** Writes to a stream: a moving bar if it is a terminal, else a line for every tenth of the way. */
export function streamOutput(stream: NodeJS.WriteStream): Output {
  const line = (text: string): void => void stream.write(`${text}\n`);
  return {
    line,
    progress: (what, total) =>
      stream.isTTY ? movingBar(what, total, stream) : progressLines(what, total, line),
  };
}

function movingBar(what: string, total: number, stream: NodeJS.WriteStream): Progress {
  const bar = progressBar(what, 'events', stream);
  let done = 0;
  return { advance: () => bar.update(++done, total), stop: () => bar.stop() };
}

function progressLines(what: string, total: number, line: (text: string) => void): Progress {
  const speed = speedometer();
  let done = 0;
  return {
    advance: () => {
      const perSecond = speed.advance();
      done++;
      if (tenths(done, total) > tenths(done - 1, total)) {
        const percent = Math.floor((done * 100) / total);
        line(`${what} ${percent} % | ${done}/${total} | ${perSecond}/s`);
      }
    },
    stop: () => undefined,
  };
}

function tenths(done: number, total: number): number {
  return Math.floor((done * LINES_PER_PROGRESS) / total);
}

function speedometer(): { advance(): number } {
  const startedAt = performance.now();
  let done = 0;
  return {
    advance: () => {
      done++;
      return Math.round((done * 1000) / Math.max(1, performance.now() - startedAt));
    },
  };
}
