const ZERO = 0x30;

/** An HTTP request whose variable parts are numbers of fixed width, written in place. */
export class RequestTemplate {
  readonly bytes: Buffer;
  /** The body alone, a view of the same bytes. */
  readonly body: Buffer;
  private readonly fields: readonly { readonly end: number; readonly digits: number }[];

  /** @param body contains a run of `#` for each field, which is as wide as the run. */
  constructor(path: string, body: string) {
    const head = [
      `POST ${path} HTTP/1.1`,
      'Host: 127.0.0.1',
      'Content-Type: application/json',
      `Content-Length: ${body.length}`,
      '\r\n',
    ].join('\r\n');
    const text = head + body;
    this.bytes = Buffer.from(text, 'latin1');
    this.body = this.bytes.subarray(head.length);
    this.fields = [...text.matchAll(/#+/g)].map(({ index, 0: run }) => ({
      end: index + run.length,
      digits: run.length,
    }));
  }

  /** @param field the index of the field, from 0. */
  write(field: number, value: number): void {
    const { end, digits } = this.fields[field]!;
    for (let i = 1; i <= digits; i++) {
      this.bytes[end - i] = ZERO + (value % 10);
      value = Math.floor(value / 10);
    }
  }
}
