import { EventValidator, LineValidator } from '#ingestion';
import { csvValidator, headerFaults, readHeader } from './csv-validator.js';
import { ImportError } from './import-source.js';

const NOW = 1_700_000_000_000;
const now = () => NOW;
const judge = new LineValidator(
  new EventValidator({ maxClockSkewSeconds: 300, retentionDays: 400 }, now),
  now,
);

const STATUS = ['systemId', 'workerId', 'stateCode', 'stateName', 'actionTime', 'action'];
const CONTACT = ['systemId', 'contactId', 'groupId', 'actionTime', 'action', 'workerId'];

const headerOf = (text: string) =>
  readHeader({
    name: 'events.csv',
    beginning: Buffer.from(text),
    chunksFrom: () => (async function* () {})(),
  });

describe('the header of a CSV file', () => {
  it('may have its columns in any order, quoted, with a byte order mark and white space around them', () => {
    const text = `\ufeff"action", actionTime ,"stateName",stateCode,workerId,systemId,groupId\r\nfirst row`;
    const { columns, end } = headerOf(text);
    expect(columns).toEqual([...STATUS].reverse().concat('groupId'));
    expect(end).toEqual({ offset: Buffer.byteLength(text) - 'first row'.length, line: 2 });
  });

  it.each([
    [STATUS, []],
    [[...STATUS, 'groupId'], []],
    [CONTACT, []],
    [CONTACT.slice(0, -1), []],
    [[...new Set([...CONTACT, ...STATUS])], []],
    [STATUS.slice(1), ['missing: systemId']],
    [['systemId', 'actionTime'], ['missing: workerId, stateName, stateCode, action']],
    [['contactId', 'systemId'], ['missing: groupId, actionTime, action']],
    [
      [...STATUS, 'agent', '', 'systemId'],
      ['unknown: "agent", ""', 'given twice: systemId'],
    ],
  ])('%j: %j', (columns, faults) => {
    expect(headerFaults(columns)).toEqual(faults);
  });

  it.each([
    ['', 'events.csv is empty'],
    ['\r\n\n', 'events.csv is empty'],
    ['a"b,c\n', 'cannot be read: a cell has a quote'],
    ['x'.repeat(70_000), 'larger than'],
    ['workerId;systemId\n', 'unknown: "workerId;systemId"'],
  ])('is refused with the reason: %j', (text, problem) => {
    expect(() => headerOf(text)).toThrow(problem);
    expect(() => headerOf(text)).toThrow(ImportError);
  });
});

describe('a row of a CSV file', () => {
  const row = (text: string, columns = [...STATUS, 'groupId']) => {
    const bytes = Buffer.from(text);
    return csvValidator(judge, columns)({ bytes, size: bytes.length, tooLarge: false });
  };

  it('is judged as the object of its cells, and an empty cell is absent', () => {
    const verdict = row(`s," 1 ",Break,"a ""short"" break, really",${NOW / 1000},1,`);
    expect(JSON.parse((verdict as { record: { value: string } }).record.value)).toEqual({
      v: 1,
      systemId: 's',
      workerId: '1',
      stateCode: 'Break',
      stateName: 'a "short" break, really',
      actionTime: NOW,
      action: 1,
      receivedAt: NOW,
    });
  });

  it.each([
    [`s,1,Break,,${NOW / 1000},1,`, { reason: 'missing_field', field: 'stateName' }],
    [`s,1,Break,"a\nb",${NOW / 1000},1,`, { reason: 'invalid_field', field: 'stateName' }],
    [
      `s,1,Break,Break,${NOW / 1000},1`,
      { reason: 'malformed', message: 'the row has 6 cells, the header has 7' },
    ],
    [
      `s,1,Break,Break,${NOW / 1000},1,,`,
      { reason: 'malformed', message: 'the row has 8 cells, the header has 7' },
    ],
    [`s,1,Bre"ak,Break,${NOW / 1000},1,`, { reason: 'malformed' }],
    [`s,1,Break,Break,tomorrow,1,`, { reason: 'invalid_field', field: 'actionTime' }],
  ])('%j is not accepted', (text, rejection) => {
    expect(row(text)).toMatchObject({ type: 'status', rejection });
  });

  it('is a contact event if its contactId is not empty', () => {
    const columns = [...new Set([...CONTACT, ...STATUS])];
    expect(row(`s,c,g,${NOW / 1000},queued,,,`, columns)).toMatchObject({
      type: 'contact',
      topic: 'wfm.contact.v1',
    });
    expect(row(`s,,,${NOW / 1000},1,1,Break,Break`, columns)).toMatchObject({
      type: 'status',
      topic: 'wfm.status.v1',
    });
    expect(row(`s,c`, columns)).toMatchObject({ type: 'contact', rejection: { reason: 'malformed' } });
  });
});
