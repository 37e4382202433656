import { isUtf8 } from 'node:buffer';
import { CsvError, parse } from 'csv-parse/sync';
import type { LineBorders } from '#ingestion';

const QUOTE = 0x22;
const COMMA = 0x2c;
const LINE_FEED = 0x0a;

/** Where in a row the last byte has left us. */
const enum Place {
  CellStart,
  Unquoted,
  Quoted,
  /** Behind a quote within quotes: the first of two, or the end of the cell. */
  QuoteInQuotes,
}

/** A line feed ends a row unless it is within quotes, which count where a cell begins with them (RFC 4180). */
export class CsvBorders implements LineBorders {
  private place = Place.CellStart;

  find(chunk: Buffer, from: number): number {
    for (let i = from; i < chunk.length; i++) {
      const byte = chunk[i]!;
      if (byte === LINE_FEED && this.place !== Place.Quoted) {
        this.place = Place.CellStart;
        return i;
      }
      this.place = placeBehind(byte, this.place);
    }
    return -1;
  }
}

function placeBehind(byte: number, place: Place): Place {
  if (place === Place.Quoted) return byte === QUOTE ? Place.QuoteInQuotes : Place.Quoted;
  if (byte === COMMA) return Place.CellStart;
  if (byte !== QUOTE) return Place.Unquoted;
  return place === Place.Unquoted ? Place.Unquoted : Place.Quoted;
}

/** The cells of a row, or what is wrong with it. */
export type Cells = readonly string[] | { readonly problem: string };

/** @param row without what ends it. */
export function cellsOf(row: Buffer): Cells {
  if (!isUtf8(row)) return { problem: 'the row is not UTF-8' };
  try {
    const rows = parse(row, { bom: true, record_delimiter: '\n', relax_column_count: true });
    return rows.length === 1 ? rows[0]! : { problem: 'the row is not one row of CSV' };
  } catch (error) {
    if (!(error instanceof CsvError)) throw error;
    return { problem: PROBLEMS[error.code] ?? 'the row is not CSV' };
  }
}

const PROBLEMS: Readonly<Record<string, string>> = {
  CSV_QUOTE_NOT_CLOSED: 'a quoted cell has no closing quote',
  CSV_INVALID_CLOSING_QUOTE: 'something follows the closing quote of a cell',
  INVALID_OPENING_QUOTE: 'a cell has a quote in it and does not begin with one',
};
