import { InformationRequested, UsageError } from '#command';
import { parseImportOptions } from './import-options.js';

describe('the options of an import', () => {
  it.each([
    [['a.ndjson'], [{ path: 'a.ndjson', format: 'ndjson' }], false],
    [
      ['dir/a.JSONL', 'b.csv'],
      [
        { path: 'dir/a.JSONL', format: 'ndjson' },
        { path: 'b.csv', format: 'csv' },
      ],
      false,
    ],
    [['--format', 'csv', '-', '--again'], [{ path: '-', format: 'csv' }], true],
    [['--format=ndjson', 'a.csv'], [{ path: 'a.csv', format: 'ndjson' }], false],
  ])('%j', (args, files, again) => {
    expect(parseImportOptions(args)).toEqual({ files, again });
  });

  it.each([
    [[], 'there is no file to import'],
    [['a.txt'], 'a.txt is of no known format (.ndjson, .jsonl, .csv): say which with --format'],
    [['-'], 'say with --format whether standard input is ndjson or csv'],
    [['--format', 'xml', 'a.csv'], '--format must be ndjson or csv, not "xml"'],
    [['a.csv', 'b.csv', 'a.csv'], 'a.csv is given twice'],
    [['--fast', 'a.csv'], "Unknown option '--fast'"],
  ])('%j are refused: %s', (args, fault) => {
    expect(() => parseImportOptions(args)).toThrow(UsageError);
    expect(() => parseImportOptions(args)).toThrow(fault);
  });

  it('do nothing but print help when help is requested', () => {
    expect(() => parseImportOptions(['--help'])).toThrow(InformationRequested);
  });
});
