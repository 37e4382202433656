import type { Row } from './values.js';

/**
 * Rows as the text that an insert sends, JSONCompactEachRow: what names a batch and what is sent, again if need be, is made
 * of the same text once.
 */
export class EncodedRows {
  /** Without the end of its last line, which the client writes. */
  readonly text: string;

  constructor(rows: readonly Row[]) {
    this.text = rows.map((row) => JSON.stringify(row)).join('\n');
  }
}

/** Has a client take {@link EncodedRows} for a value of its own. */
export const ENCODED_ROWS_AS_THEY_ARE = {
  parse: <T>(text: string) => JSON.parse(text) as T,
  stringify: <T>(value: T) => (value instanceof EncodedRows ? value.text : JSON.stringify(value)),
};
