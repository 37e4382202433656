import { pino, type Logger } from 'pino';

export type { Logger };

/** A structured log on standard error. Standard output is for what users asked for. */
export function createLogger(level: string): Logger {
  return pino({ level, base: null }, pino.destination({ fd: 2, sync: true }));
}
