import { appendFileSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { MAX_BATCHES_UNDER_WAY, MAX_BATCH_LINES } from '#ingestion';
import { firstOf, nthStatus, nthStep } from '../support/data/bulk-lines.js';
import { deadLettersIn } from '../support/store/dead-letters.js';
import { ImportProcess, runImport } from '../support/processes/import-process.js';
import { eventually, metric, request, untilProjected } from '../support/http/service-client.js';
import {
  removeTemporaryDirectories,
  StandaloneProcess,
  temporaryDirectory,
} from '../support/processes/standalone-process.js';

const SYSTEM = 'imported';
const COLUMNS = [
  'systemId',
  'workerId',
  'stateCode',
  'stateName',
  'actionTime',
  'action',
  'contactId',
  'groupId',
];

const json = (value: unknown) => JSON.stringify(value);
const quoted = (text: string) => `"${text.replaceAll('"', '""')}"`;
const csvRow = (event: object) =>
  COLUMNS.map((column) => (event as Record<string, unknown>)[column] ?? '')
    .map((value) => (typeof value === 'string' && value !== '' ? quoted(value) : String(value)))
    .join(',');

/** Writes a file of lines. @returns its path. */
function fileOf(directory: string, name: string, lines: readonly string[], ending = '\n'): string {
  mkdirSync(directory, { recursive: true });
  const path = join(directory, name);
  writeFileSync(path, lines.join(ending));
  return path;
}

const query = (url: string, what: string) => request(`${url}/systems/${SYSTEM}/historic/${what}`);
const PERIOD = 'startDate=2020-01-01T00:00:00Z&endDate=2100-01-01T00:00:00Z';

const projected = (url: string, type: string, outcome: string) =>
  metric(url, 'wfm_events_projected_total', { type, outcome });

/** Starts a service on data that was imported while none ran. */
async function withService<T>(dataDirectory: string, look: (url: string) => Promise<T>): Promise<T> {
  const service = await StandaloneProcess.start({ dataDirectory });
  try {
    await untilProjected(service.url);
    return await look(service.url);
  } finally {
    await service.stop();
  }
}

afterAll(removeTemporaryDirectories);

describe('an import', () => {
  it('of CSV has the same result as one of NDJSON: in its summary, the store and the dead letters', async () => {
    const statuses = firstOf(300, (n) => nthStatus(n, SYSTEM));
    const steps = firstOf(100, (n) => nthStep(n, SYSTEM));
    const events = [...statuses, { ...statuses[0]!, action: 7 }, ...steps];
    const ndjson = [...events.map(json), 'no JSON', ''];
    // The line break within the quotes is white space around an id, and counts as a line.
    const csv = [
      COLUMNS.join(','),
      ...events.map(csvRow).map((row) => row.replace('"imported"', '"imported\n"')),
      'no, row',
    ];
    const seen = [];
    for (const [name, lines, ending] of [
      ['events.jsonl', ndjson, '\n'],
      ['events.csv', csv, '\r\n'],
    ] as const) {
      const dataDirectory = temporaryDirectory();
      const path = fileOf(join(dataDirectory, 'files'), name, lines, ending);
      const { code, stdout, stderr } = await runImport(dataDirectory, [path]);
      expect([code, stderr]).toEqual([3, '']);
      const summary = stdout.replace(/, 402 in .*/, '').replace(path, 'FILE');
      const answers = await withService(dataDirectory, async (url) => {
        const agents = firstOf(7, (n) => `agent%20${n}`).join();
        const data = await query(url, `agentStatusData?${PERIOD}&agentId=${agents}`);
        const calls = await query(url, `agentCallsData?${PERIOD}&agentId=${agents}`);
        return [data.status, data.body.toString(), calls.status, calls.body.toString()];
      });
      const letters = await deadLettersIn(dataDirectory);
      seen.push({
        summary,
        answers,
        letters: letters.map(({ message, body }) => [message, body.toString()]),
      });
      expect(letters.map(({ message }) => message.split(':')[0]!.replace(path, ''))).toEqual(
        ending === '\n' ? [', line 301', ', line 402'] : [', line 602', ', line 804'],
      );
    }
    const [fromNdjson, fromCsv] = seen;
    expect(fromNdjson!.summary).toBe(`FILE: 402 lines
  accepted      400 (contact 100, status 300)
  dead letters  2 (invalid_field 1, malformed 1)
`);
    expect(fromNdjson!.answers).toEqual([200, expect.any(String), 200, expect.any(String)]);
    expect(fromCsv!.summary).toBe(fromNdjson!.summary);
    expect(fromCsv!.answers).toEqual(fromNdjson!.answers);
    expect(fromCsv!.letters[1]![1]).toBe('no, row');
    expect(fromCsv!.letters[0]![1]).toBe(csvRow(events[300]!).replace('"imported"', '"imported\n"'));
  });

  it('can read from standard input while the service runs', async () => {
    const service = await StandaloneProcess.start();
    const lines = firstOf(120, (n) => json(nthStatus(n, SYSTEM)));
    const { code, stdout } = await runImport(
      service.dataDirectory,
      ['-', '--format', 'ndjson'],
      lines.join('\n'),
    );
    expect([code, stdout]).toEqual([
      0,
      expect.stringMatching(/^standard input: 120 lines, 120 in /) as string,
    ]);
    await eventually(async () => (await projected(service.url, 'status', 'stored')) === 120);
    const answer = await query(service.url, `agentStatusData?${PERIOD}&agentId=agent%200,agent%201`);
    expect(answer.json()).toHaveLength(2);
    expect(await service.stop()).toBe(0);
  });

  it('that was killed resumes after its last durable batch without losing anything', async () => {
    const service = await StandaloneProcess.start();
    const { dataDirectory } = service;
    const count = 120_000;
    const isBad = (n: number) => n % 1000 === 500;
    const lines = firstOf(count, (n) => (isBad(n) ? `bad ${n}` : json(nthStatus(n, SYSTEM))));
    const path = fileOf(temporaryDirectory(), 'large.ndjson', lines);
    const imports = join(dataDirectory, 'imports');
    const kept = () => {
      const names = readdirSync(imports, { withFileTypes: true }).map(({ name }) => name);
      const name = names.find((one) => one.endsWith('.json'));
      return name === undefined ? '' : readFileSync(join(imports, name), 'utf8');
    };
    mkdirSync(imports, { recursive: true });

    const kills = 4;
    const wentOn: number[] = [];
    for (let kill = 0; kill < kills; kill++) {
      const before = kept();
      const running = new ImportProcess(dataDirectory, [path]);
      await eventually(() => kept() !== before);
      await running.kill();
      wentOn.push((JSON.parse(kept()) as { position: { line: number } }).position.line);
    }
    const { code, stdout } = await runImport(dataDirectory, [path]);
    expect(code).toBe(3);
    const bad = count / 1000;
    expect(stdout).toContain(
      `: 120,000 lines; continued at line ${wentOn.at(-1)!.toLocaleString('en-US')}: `,
    );
    expect(stdout).toContain(`accepted      ${(count - bad).toLocaleString('en-US')} (status `);
    expect(stdout).toContain(`dead letters  ${bad} (malformed ${bad})`);
    expect(wentOn).toEqual([...wentOn].sort((a, b) => a - b));
    expect(new Set(wentOn).size).toBe(kills);

    await untilProjected(service.url);
    expect(await projected(service.url, 'status', 'stored')).toBe(count - bad);
    expect(await service.stop()).toBe(0);
    const letters = await deadLettersIn(dataDirectory);
    const named = letters.map(({ message, body }) => `${/line (\d+):/.exec(message)![1]} ${body.toString()}`);
    const expected = firstOf(bad, (n) => `${n * 1000 + 501} bad ${n * 1000 + 500}`);
    expect([...new Set(named)].sort()).toEqual(expected.sort());
    const mostDoubled = kills * Math.ceil((MAX_BATCHES_UNDER_WAY * MAX_BATCH_LINES) / 1000);
    expect(named.length - bad).toBeLessThanOrEqual(mostDoubled);
  });

  it('that has finished is not repeated, unless requested or the file has changed', async () => {
    const dataDirectory = temporaryDirectory();
    const path = fileOf(temporaryDirectory(), 'events.ndjson', [json(nthStatus(0, SYSTEM)), 'no JSON', '']);
    const first = await runImport(dataDirectory, [path]);
    expect([first.code, first.stdout]).toEqual([3, expect.stringContaining(': 2 lines, 2 in ') as string]);
    const second = await runImport(dataDirectory, [path]);
    expect(second.code).toBe(3);
    expect(second.stdout).toMatch(
      /was imported already, at \d{4}-\d\d-\d\dT.*; skipped\. --again imports it once more\./,
    );
    expect(second.stdout).toContain('dead letters  1 (malformed 1)');
    const asked = await runImport(dataDirectory, ['--again', path]);
    expect(asked.stdout).toContain(': 2 lines, 2 in ');
    appendFileSync(path, `${json(nthStatus(1, SYSTEM))}\n`);
    const longer = await runImport(dataDirectory, [path]);
    expect(longer.stdout).toContain(': 3 lines, 3 in ');
    const counts = await withService(dataDirectory, async (url) => [
      await projected(url, 'status', 'stored'),
      await projected(url, 'status', 'repeat'),
      await projected(url, 'dead_letter', 'dead_lettered'),
    ]);
    expect(counts).toEqual([2, 2, 3]);
  });

  it('of valid lines exits with 0, the second time too', async () => {
    const dataDirectory = temporaryDirectory();
    const path = fileOf(temporaryDirectory(), 'events.ndjson', [json(nthStatus(0, SYSTEM))]);
    for (let run = 0; run < 2; run++) expect((await runImport(dataDirectory, [path])).code).toBe(0);
  });

  it('of an empty NDJSON file succeeds', async () => {
    const path = fileOf(temporaryDirectory(), 'empty.ndjson', []);
    const { code, stdout } = await runImport(temporaryDirectory(), [path]);
    expect([code, stdout]).toEqual([0, expect.stringContaining(': 0 lines, 0 in ') as string]);
  });

  describe('that cannot start', () => {
    const directory = temporaryDirectory();
    const good = fileOf(directory, 'good.ndjson', [json(nthStatus(0, SYSTEM))]);
    const headless = fileOf(directory, 'headless.csv', ['systemId,workerId,agent,systemId', '1,2,3']);
    const empty = fileOf(directory, 'empty.csv', []);
    const unnamed = fileOf(directory, 'events.txt', ['']);

    it.each<[string, string[], number, string]>([
      ['a missing file', [good, join(directory, 'none.csv')], 1, 'none.csv does not exist'],
      ['a directory', ['--format', 'csv', directory], 1, 'is a directory: name the files in it'],
      [
        'a wrong header',
        [good, headless],
        1,
        'is not right: missing: stateName, stateCode, actionTime, action; unknown: "agent"; given twice: systemId',
      ],
      ['a file without a header', [good, empty], 1, 'is empty: its first row has to name the columns'],
      ['no known format', [good, unnamed], 2, 'is of no known format'],
      ['an unknown option', [good, '--fast'], 2, "Unknown option '--fast'"],
      ['no file', [], 2, 'there is no file to import'],
    ])('because of %s says so and has no effect', async (_why, args, code, message) => {
      const dataDirectory = join(temporaryDirectory(), 'data');
      const outcome = await runImport(dataDirectory, args);
      expect(outcome).toMatchObject({ code, stdout: '' });
      expect(outcome.stderr).toContain(message);
      expect(outcome.stderr).not.toContain('    at ');
      expect(() => readdirSync(dataDirectory)).toThrow('ENOENT');
    });

    it('prints its usage on request', async () => {
      const outcome = await runImport(temporaryDirectory(), ['--help']);
      expect([outcome.code, outcome.stdout]).toEqual([0, expect.stringMatching(/^Usage: /) as string]);
    });
  });
});
