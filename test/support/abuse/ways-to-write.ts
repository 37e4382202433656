import type { SeededRandom } from '#oracle';
import type { GeneratedEvent } from './generated-event.js';

/** Writes an event as the bytes of a body. */
export type Writing = (event: GeneratedEvent, random: SeededRandom) => string | Buffer;

const KIB = 1024;
/** The largest body of an event. Deliberately not imported from the service, so that a change of its limit shows. */
const LARGEST_BYTES = 64 * KIB;
const DEEPEST = 15_000;

const json = ({ parameters }: GeneratedEvent) => JSON.stringify(parameters);
const first = (event: GeneratedEvent, member: string) => json(event).replace('{', `{${member},`);
const nested = (depth: number) => '['.repeat(depth) + ']'.repeat(depth);

/** The event with one parameter spelled as `token`. */
function respelled(event: GeneratedEvent, field: string, token: string): string {
  const others = Object.entries(event.parameters).filter(([name]) => name !== field);
  return `${JSON.stringify(Object.fromEntries(others)).slice(0, -1)},${JSON.stringify(field)}:${token}}`;
}

/** A valid event of exactly `bytes` bytes. */
function ofSize(event: GeneratedEvent, bytes: number): string {
  const start = `${json(event).slice(0, -1)},"fill":"`;
  return `${start}${'x'.repeat(bytes - Buffer.byteLength(start) - 2)}"}`;
}

const anyText = (random: SeededRandom) => random.pick(['systemId', 'workerId', 'groupId']);
const aRequired = (event: GeneratedEvent, random: SeededRandom) => random.pick(event.required);

/** Ways that keep the event valid and the same. */
export const LENIENT: Readonly<Record<string, Writing>> = {
  plain: json,
  'with a byte order mark': (event) => `\ufeff${json(event)}`,
  'with prototype keys': (event) =>
    first(event, '"__proto__":{"workerId":"2"},"constructor":{"prototype":{"action":1}},"toString":null'),
  'with an escaped key': (event) => json(event).replace('"systemId"', '"\\u0073ystemId"'),
  'with digits as text': (event) => respelled(event, 'actionTime', `" ${event.parameters['actionTime']!} "`),
  'with a number for the worker': (event) =>
    respelled(event, 'workerId', String(event.parameters['workerId'])),
  'with white space around an id': (event) =>
    respelled(event, 'workerId', `"\\t ${event.parameters['workerId']!}\\u00a0"`),
  'with a huge number that is ignored': (event) => first(event, `"n":1e400,"m":${'9'.repeat(4000)}`),
  'with half a surrogate that is ignored': (event) => first(event, '"half":"\\ud800"'),
  'nested deep in an ignored member': (event, random) =>
    first(event, `"deep":${nested(random.integer(1, DEEPEST))}`),
  'repeating an ignored member': (event) => first(event, '"x":1,"x":{"workerId":1,"workerId":2}'),
  'of almost 64 KiB': (event, random) => ofSize(event, LARGEST_BYTES - random.integer(0, 1)),
};

/** Ways that make the event invalid. */
export const SPOILT: Readonly<Record<string, Writing>> = {
  empty: () => '',
  'of white space': (_event, random) => random.pick([' ', '\r\n', '\t \t', ' '.repeat(5000), '\ufeff']),
  cut: (event, random) => {
    const bytes = Buffer.from(json(event));
    return bytes.subarray(0, random.integer(1, bytes.length - 1));
  },
  'with two byte order marks': (event) => `\ufeff\ufeff${json(event)}`,
  'in UTF-16': (event, random) => Buffer.from(`${random.pick(['', '\ufeff'])}${json(event)}`, 'utf16le'),
  'in big-endian UTF-16': (event) => Buffer.from(json(event), 'utf16le').swap16(),
  'in Latin-1': (event) => Buffer.from(respelled(event, 'systemId', '"M\u00fcnchen"'), 'latin1'),
  'with half a surrogate in its bytes': (event) =>
    Buffer.concat([Buffer.from(json(event).slice(0, -2)), Buffer.from('eda080227d', 'hex')]),
  'of random bytes': (_event, random) => {
    const bytes = Array.from({ length: random.integer(1, 300) }, () => random.integer(0, 255));
    return Buffer.from([0xff, ...bytes]);
  },
  'with half a surrogate': (event, random) =>
    respelled(event, anyText(random), random.pick(['"\\ud800"', '"a\\udfff"', '"\\ude00\\ud83d"'])),
  'with a control character': (event, random) =>
    respelled(event, anyText(random), random.pick(['"a\\u0000"', '"a\\nb"', '"\\u001b[2J"', '"a\\u0085b"'])),
  'with a raw control character': (event, random) =>
    respelled(event, anyText(random), random.pick(['"a\0b"', '"a\u0001b"', '"a\tb"'])),
  'with a repeated parameter': (event, random) => {
    const field = aRequired(event, random);
    return first(event, `${JSON.stringify(field)}:${JSON.stringify(event.parameters[field])}`);
  },
  'without a parameter': (event, random) => respelled(event, aRequired(event, random), 'null'),
  'with its parameters in its prototype': (event) => `{"__proto__":${json(event)}}`,
  'with a prototype for a parameter': (event, random) =>
    respelled(event, anyText(random), '{"toString":"x","__proto__":{"length":1}}'),
  'with a worker of too many digits': (event, random) =>
    respelled(event, 'workerId', random.pick(['1e400', '1e-400', '1e999999999', '9'.repeat(257), '-1e300'])),
  'with a time of too many digits': (event, random) =>
    respelled(
      event,
      'actionTime',
      random.pick(['1e400', '-1e400', '9'.repeat(10_000), `"${'9'.repeat(40)}"`]),
    ),
  'with a time of another kind': (event, random) =>
    respelled(event, 'actionTime', random.pick(['1.5', 'true', '[]', '{}', '"now"', '"1e9"', '-0', '""'])),
  'with another action': (event, random) =>
    respelled(
      event,
      'action',
      random.pick(['2', '-1', '0.5', '"enter"', '"__proto__"', '"toString"', '[1]']),
    ),
  'with an id that is too long': (event, random) =>
    respelled(event, anyText(random), JSON.stringify(random.pick(['x', '\u{1f600}']).repeat(257))),
  'of another kind': (event, random) =>
    random.pick([
      `[${json(event)}]`,
      JSON.stringify(json(event)),
      '1',
      'null',
      'true',
      '""',
      '[]',
      '{}',
      '-0',
    ]),
  'that is not JSON': (event, random) =>
    random.pick([
      'NaN',
      "{'a':1}",
      '{"a":1,}',
      `${json(event)}${json(event)}`,
      `${json(event)}\0`,
      'a=1',
      '<a/>',
    ]),
  'that opens more than it closes': (_event, random) =>
    random.pick(['[', '{"a":', '[{"a":[']).repeat(random.integer(1, 9_000)),
  'nested deep': (_event, random) => nested(random.integer(1, DEEPEST)),
};

/** Ways that only make the event too large. */
export const TOO_LARGE: Readonly<Record<string, Writing>> = {
  'one byte too large': (event) => ofSize(event, LARGEST_BYTES + 1),
  'too large': (event, random) => ofSize(event, random.integer(LARGEST_BYTES + 2, 2 * LARGEST_BYTES)),
  'much too large': (event, random) => ofSize(event, random.integer(2 * LARGEST_BYTES, KIB * KIB)),
};
