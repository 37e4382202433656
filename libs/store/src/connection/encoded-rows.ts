import type { Row } from './values.js';

/**
 * Rows as the JSONCompactEachRow text that an insert sends. The token and every attempt to send are made from this one
 * text.
 */
export class EncodedRows {
  /** Without the final line break, which the client adds. */
  readonly text: string;

  constructor(rows: readonly Row[]) {
    this.text = rows.map((row) => JSON.stringify(row)).join('\n');
  }
}

/** Makes a client send {@link EncodedRows} unchanged. */
export const ENCODED_ROWS_AS_THEY_ARE = {
  parse: <T>(text: string) => JSON.parse(text) as T,
  stringify: <T>(value: T) => (value instanceof EncodedRows ? value.text : JSON.stringify(value)),
};
