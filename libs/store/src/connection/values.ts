/** A value of a column. */
export type Value = string | number | null | readonly string[];

/** The values of a row, in the order of its columns. */
export type Row = readonly Value[];

/** Values by the name that a statement binds them under (`{name:Type}`). */
export type BoundValues = Record<string, string | number | readonly string[] | readonly number[]>;
