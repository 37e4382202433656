import type { SeededRandom } from '#oracle';
import { generatedStatus, generatedStep, type GeneratedEvent } from './generated-event.js';
import { LENIENT, SPOILT, TOO_LARGE, type Writing } from './ways-to-write.js';

/** The expected outcome of a body, known from how it was made. */
export type Fate = 'accepted' | 'dead_lettered' | 'too_large';

export interface GeneratedBody {
  readonly type: 'status' | 'contact';
  /** How it was written, such as `with a byte order mark`. */
  readonly way: string;
  readonly fate: Fate;
  /** For an accepted body: equal for the same event. */
  readonly identity: string;
  readonly bytes: Buffer;
}

/** The larger the fewer, so that large bodies do not dominate the run time. */
const SIZES = [
  ['one byte too large', 6],
  ['too large', 3],
  ['much too large', 1],
] as const;

/** Generates a body of any kind; the same random numbers give the same body. */
export function generatedBody(random: SeededRandom, type: GeneratedBody['type']): GeneratedBody {
  const event = type === 'status' ? generatedStatus(random) : generatedStep(random);
  const fate = random.pickWeighted<Fate>([
    ['accepted', 350],
    ['dead_lettered', 640],
    ['too_large', 10],
  ]);
  const [way, write] = wayTo(fate, random);
  return { type, way, fate, identity: event.identity, bytes: bytesOf(write, event, random) };
}

function wayTo(fate: Fate, random: SeededRandom): readonly [string, Writing] {
  if (fate === 'too_large') {
    const way = random.pickWeighted(SIZES);
    return [way, TOO_LARGE[way]!];
  }
  if (fate === 'dead_lettered') return random.pick(Object.entries(SPOILT));
  // Few bodies at the edge of the limits suffice, since they are large.
  if (random.chance(0.98)) return random.pick(SMALL);
  return random.pick(Object.entries(LENIENT));
}

const SMALL = Object.entries(LENIENT).filter(([way]) => !/nested|64 KiB/.test(way));

function bytesOf(write: Writing, event: GeneratedEvent, random: SeededRandom): Buffer {
  const body = write(event, random);
  return typeof body === 'string' ? Buffer.from(body) : body;
}
