/** The fields of a protobuf message by number: a varint as a number, a value with a length as its bytes. */
export type Fields = ReadonlyMap<number, readonly (number | Buffer)[]>;

/** Reads the wire format of one message. Only its schema says which of the byte fields are messages themselves. */
export function fieldsOf(message: Buffer): Fields {
  const fields = new Map<number, (number | Buffer)[]>();
  let at = 0;
  const varint = () => {
    let value = 0;
    for (let shift = 1; ; shift *= 128) {
      const byte = message.readUInt8(at++);
      value += (byte & 0x7f) * shift;
      if (byte < 0x80) return value;
    }
  };
  const bytes = (length: number) => message.subarray(at, (at += length));
  while (at < message.length) {
    const tag = varint();
    const value = readers[tag % 8]?.({ varint, bytes });
    if (value === undefined) throw new Error(`unknown wire type ${tag % 8} at ${at}`);
    const field = Math.floor(tag / 8);
    fields.set(field, [...(fields.get(field) ?? []), value]);
  }
  return fields;
}

interface Reader {
  varint(): number;
  bytes(length: number): Buffer;
}

const readers: Readonly<Record<number, (reader: Reader) => number | Buffer>> = {
  0: ({ varint }) => varint(),
  1: ({ bytes }) => bytes(8),
  2: ({ varint, bytes }) => bytes(varint()),
  5: ({ bytes }) => bytes(4),
};

/** The values of a field, read as messages. */
export function messagesIn(fields: Fields, field: number): Fields[] {
  return (fields.get(field) ?? []).map((value) => fieldsOf(value as Buffer));
}

export function textIn(fields: Fields, field: number): string {
  return (fields.get(field)?.[0] as Buffer | undefined)?.toString() ?? '';
}

export function hexIn(fields: Fields, field: number): string {
  return (fields.get(field)?.[0] as Buffer | undefined)?.toString('hex') ?? '';
}
