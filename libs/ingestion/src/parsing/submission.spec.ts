import fc from 'fast-check';
import { propertySeed } from '../../../domain/src/timeline.arbitrary.js';
import type { BodySchema } from './body-schema.js';
import { SubmissionReader } from './submission.js';

const schema: BodySchema = {
  type: 'object',
  required: ['id'],
  properties: { id: { type: 'string' }, name: { type: 'string' }, time: { type: 'integer' } },
};
const reader = new SubmissionReader(schema, ['name']);
const readBytes = (bytes: Buffer) => reader.read({ bytes, size: bytes.length, tooLarge: false });
const read = (body: string) => readBytes(Buffer.from(body));

describe(`SubmissionReader (FC_SEED=${propertySeed})`, () => {
  it('reads the parameters of the schema, and nothing else', () => {
    expect(read('{"id":"1","other":2,"__proto__":{"name":"x"},"time":3}')).toEqual({
      parameters: { id: '1', time: 3 },
    });
  });

  it.each([
    ['a number for a text', '{"id":12345678901234567890}', { id: '12345678901234567890' }],
    ['a fraction for a text', '{"id":1.50}', { id: '1.5' }],
    ['a fraction that a double rounds away', '{"id":1.0000000000000000001}', { id: '1.0000000000000000001' }],
    ['a fraction that a double rounds up', '{"id":9007199254740990.9}', { id: '9007199254740990.9' }],
    ['digits for a number', '{"time":" 0012 "}', { time: 12 }],
    ['white space around an id', '{"id":"\\t 1 \\n"}', { id: '1' }],
    ['white space around a verbatim text', '{"name":" a "}', { name: ' a ' }],
    ['null, as if it were not there', '{"id":null}', {}],
    ['a byte order mark', '\ufeff{"id":"1"}', { id: '1' }],
    ['an unknown parameter that is repeated', '{"x":1,"id":"1","x":2}', { id: '1' }],
    ['a repeat within an unknown parameter', '{"x":{"id":1,"id":2},"id":"1"}', { id: '1' }],
    ['an escaped key', '{"\\u0069d":"1"}', { id: '1' }],
  ])('accepts %s', (_what, body, parameters) => {
    expect(read(body)).toEqual({ parameters });
  });

  it.each([
    ['a boolean for a text', '{"id":true}', { id: true }],
    ['an object for a text', '{"id":{}}', { id: {} }],
    ['a fraction for a number', '{"time":1.5}', { time: 1.5 }],
    ['text that is not all digits for a number', '{"time":"1e3"}', { time: '1e3' }],
  ])('leaves %s for the schema to validate', (_what, body, parameters) => {
    expect(read(body)).toEqual({ parameters });
  });

  it.each([
    ['is empty', ''],
    ['is not JSON', '{"id":1,}'],
    ['is an array', '[{"id":"1"}]'],
    ['is null', 'null'],
    ['is a text', '"id"'],
    ['goes on after the object', '{"id":"1"}{}'],
  ])('rejects a body as malformed that %s', (_what, body) => {
    expect(read(body)).toMatchObject({ rejection: { reason: 'malformed', field: '' }, parameters: {} });
  });

  it('rejects a body as malformed that is not UTF-8', () => {
    expect(readBytes(Buffer.from([0x7b, 0xff, 0x7d]))).toMatchObject({
      rejection: { reason: 'malformed' },
    });
  });

  it.each([
    ['{"id":"1","id":"1"}', 'id'],
    ['{"id":null,"\\u0069d":"1"}', 'id'],
    ['{"x":1,"x":2,"time":1,"time":1}', 'time'],
  ])('rejects a body that gives a parameter twice: %s', (body, field) => {
    expect(read(body)).toMatchObject({ rejection: { reason: 'repeated_parameter', field } });
  });

  it('never throws, and writes well-formed messages, whatever the body', () => {
    const pieces = fc.constantFrom(
      '{',
      '}',
      '"id"',
      ':',
      ',',
      '1',
      '"',
      '\\',
      'u',
      '\u{1f600}',
      '\ufeff',
      '[',
    );
    const anyText = fc.array(pieces, { maxLength: 40 }).map((parts) => Buffer.from(parts.join('')));
    const anyBytes = fc.uint8Array({ maxLength: 100 }).map((bytes) => Buffer.from(bytes));
    fc.assert(
      fc.property(fc.oneof(anyText, anyBytes), (body) => {
        const { rejection } = readBytes(body);
        if (rejection !== undefined) expect(rejection.message).toMatch(/^\P{Cs}+$/u);
      }),
      { seed: propertySeed, numRuns: 3_000 },
    );
  });
});
