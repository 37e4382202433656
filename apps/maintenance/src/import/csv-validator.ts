import {
  CONTACT_MESSAGE,
  type LineValidator,
  type ValidationResult,
  LineSplitter,
  type Line,
  type RawBody,
  malformed,
  tooLargeRejection,
  type Rejection,
  STATUS_MESSAGE,
} from '#ingestion';
import { cellsOf, CsvBorders } from './csv.js';
import { ImportError, type ImportSource } from './import-source.js';

/** The header of a CSV file: its columns, and where the rows begin. */
export interface CsvHeader {
  readonly columns: readonly string[];
  readonly end: Line['end'];
}

const REQUIRED = {
  status: STATUS_MESSAGE.schema.required,
  contact: CONTACT_MESSAGE.schema.required,
};
const KNOWN = new Set(
  [STATUS_MESSAGE, CONTACT_MESSAGE].flatMap(({ schema }) => Object.keys(schema.properties)),
);

/** @throws ImportError if it is no header, naming every column that is missing, unknown or given twice. */
export function readHeader({ name, beginning }: ImportSource): CsvHeader {
  const splitter = new LineSplitter(new CsvBorders());
  const [line] = [...splitter.push(beginning), ...splitter.end()];
  if (line === undefined) throw new ImportError(`${name} is empty: its first row has to name the columns`);
  const cells = line.raw.tooLarge ? { problem: tooLargeRejection.message } : cellsOf(line.raw.bytes);
  if ('problem' in cells) throw new ImportError(`the header of ${name} cannot be read: ${cells.problem}`);
  const columns = cells.map((cell) => cell.trim());
  const faults = headerFaults(columns);
  if (faults.length > 0) throw new ImportError(`the header of ${name} is not right: ${faults.join('; ')}`);
  return { columns, end: line.end };
}

/** A file with a column `contactId` needs the columns of contact events, any other those of status events. */
export function headerFaults(columns: readonly string[]): string[] {
  const missing = REQUIRED[typeOf(columns)].filter((column) => !columns.includes(column));
  const unknown = columns.filter((column) => !KNOWN.has(column));
  const twice = new Set(columns.filter((column, i) => columns.indexOf(column) < i));
  return [
    ...(missing.length > 0 ? [`missing: ${missing.join(', ')}`] : []),
    ...(unknown.length > 0 ? [`unknown: ${unknown.map((column) => JSON.stringify(column)).join(', ')}`] : []),
    ...(twice.size > 0 ? [`given twice: ${[...twice].join(', ')}`] : []),
  ];
}

/** Judges rows as if each were sent as a JSON object with a text for each cell that is not empty. */
export function csvValidator(
  judge: LineValidator,
  columns: readonly string[],
): (row: RawBody) => ValidationResult {
  const rejected = (rejection: Rejection): ValidationResult => ({
    type: typeOf(columns),
    rejection,
    systemId: '',
  });
  return (row) => {
    if (row.tooLarge) return rejected(tooLargeRejection);
    const cells = cellsOf(row.bytes);
    if ('problem' in cells) return rejected(malformedRow(cells.problem));
    if (cells.length !== columns.length) {
      return rejected(malformedRow(`the row has ${cells.length} cells, the header has ${columns.length}`));
    }
    const given = columns.flatMap((column, i) => (cells[i] === '' ? [] : [[column, cells[i]]]));
    const bytes = Buffer.from(JSON.stringify(Object.fromEntries(given)));
    return judge.validate({ bytes, size: bytes.length, tooLarge: false });
  };
}

function typeOf(columns: readonly string[]): 'status' | 'contact' {
  return columns.includes('contactId') ? 'contact' : 'status';
}

function malformedRow(problem: string): Rejection {
  return {
    ...malformed(problem),
    description: 'Write one event in each row, with a cell for each column, quoted as in RFC 4180, in UTF-8.',
  };
}
