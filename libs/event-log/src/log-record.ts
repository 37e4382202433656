/** Metadata that travels with a record without being part of its content, such as the trace it belongs to. */
export type RecordHeaders = Readonly<Record<string, string>>;

/** A record to be appended. */
export interface NewRecord {
  /** Decides the record's partition: all records with one key share a partition. */
  readonly key: string;
  /** UTF-8 text, by convention one JSON object. */
  readonly value: string;
  /** Stored with the record. Omit it rather than pass an empty object. */
  readonly headers?: RecordHeaders;
}

/** A record as the log stores it. */
export interface StoredRecord {
  readonly partition: number;
  /** Its position in its partition. Offsets grow, but may have gaps. */
  readonly offset: number;
  /** When the log stored it, in milliseconds since the Unix epoch. Never decreases within a partition. */
  readonly appendedAt: number;
  /** Its key, if the log stores keys. A log whose partitions can be added to does. */
  readonly key?: string;
  readonly value: string;
  /** The headers it was appended with; absent if there were none. */
  readonly headers?: RecordHeaders;
}
