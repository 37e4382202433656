import type { RawBody } from './raw-body.js';
import { KEPT_OF_TOO_LARGE_BYTES, MAX_BODY_BYTES } from '../rejections/rejection.js';

/** A place where a line begins. */
export interface Position {
  /** The number of bytes before it. */
  readonly offset: number;
  /** The number of the line that begins here, counted from 1. */
  readonly line: number;
}

export const BEGINNING: Position = { offset: 0, line: 1 };

/** A non-empty line of bulk input. */
export interface Line {
  /** Its number, or that of its first line if the format allows several. */
  readonly number: number;
  /** Without its line ending; only its beginning if it is too large. */
  readonly raw: RawBody;
  /** The place after it. */
  readonly end: Position;
}

/** Finds where lines end; may keep state about the line that it is in. */
export interface LineBorders {
  /** The index, at or after `from`, of the line feed that ends the line; -1 if it is not in this chunk. */
  find(chunk: Buffer, from: number): number;
}

const LINE_FEED = 0x0a;
const CARRIAGE_RETURN = 0x0d;

/** Every line feed ends a line. */
export const EACH_LINE_FEED: LineBorders = { find: (chunk, from) => chunk.indexOf(LINE_FEED, from) };

/**
 * Splits bytes into lines, wherever the chunks are cut. A line ends with a line feed, or with a carriage return and a
 * line feed. Empty lines are counted but not returned. Of a line that is too large, only the part to keep is held in
 * memory.
 */
export class LineSplitter {
  private parts: Buffer[] = [];
  private size = 0;
  private lastByte = 0;
  private offset: number;
  private line: number;
  private lineFeedsWithin = 0;

  constructor(
    private readonly borders: LineBorders = EACH_LINE_FEED,
    from: Position = BEGINNING,
  ) {
    this.offset = from.offset;
    this.line = from.line;
  }

  /** @returns the lines that end within the chunk. */
  push(chunk: Buffer): Line[] {
    const lines: Line[] = [];
    for (let from = 0; from < chunk.length;) {
      const border = this.borders.find(chunk, from);
      this.gather(chunk.subarray(from, border < 0 ? chunk.length : border));
      if (border < 0) break;
      from = border + 1;
      this.offset++;
      this.finishInto(lines);
    }
    return lines;
  }

  /** @returns the last line, if it does not end with a line feed. */
  end(): Line[] {
    const lines: Line[] = [];
    this.finishInto(lines);
    return lines;
  }

  private gather(part: Buffer): void {
    if (part.length === 0) return;
    this.offset += part.length;
    this.lastByte = part[part.length - 1]!;
    for (let at = part.indexOf(LINE_FEED); at >= 0; at = part.indexOf(LINE_FEED, at + 1))
      this.lineFeedsWithin++;
    this.size += part.length;
    this.parts.push(part);
    if (this.isSurelyTooLarge()) this.parts = [beginningOf(this.parts)];
  }

  /** Even if the last byte turns out to belong to the line ending. */
  private isSurelyTooLarge(): boolean {
    return this.size > MAX_BODY_BYTES + 1;
  }

  private finishInto(lines: Line[]): void {
    const number = this.line;
    this.line += this.lineFeedsWithin + 1;
    const size = this.lastByte === CARRIAGE_RETURN ? this.size - 1 : this.size;
    if (size > 0) {
      lines.push({ number, raw: this.rawBody(size), end: { offset: this.offset, line: this.line } });
    }
    this.parts = [];
    this.size = this.lastByte = this.lineFeedsWithin = 0;
  }

  private rawBody(size: number): RawBody {
    if (size > MAX_BODY_BYTES) return { bytes: beginningOf(this.parts), size, tooLarge: true };
    const whole = this.parts.length === 1 ? this.parts[0]! : Buffer.concat(this.parts);
    return { bytes: whole.subarray(0, size), size, tooLarge: false };
  }
}

/** A copy, so that the rest can be freed. */
function beginningOf(parts: readonly Buffer[]): Buffer {
  return Buffer.concat(parts, KEPT_OF_TOO_LARGE_BYTES);
}
