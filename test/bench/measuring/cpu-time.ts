import { readFileSync } from 'node:fs';

/** Linux reports processor time in hundredths of a second. */
const TICKS_PER_SECOND = 100;
/** Field positions in /proc/PID/stat, counted after the program's name. */
const USER = 11;
const SYSTEM = 12;

/** Processor time that all threads of a process have used so far, in milliseconds. */
export function cpuMs(pid: number): number {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return ((Number(fields[USER]) + Number(fields[SYSTEM])) * 1000) / TICKS_PER_SECOND;
}
