import { InformationRequested, UsageError } from '#command';
import { parseOptions } from './options.js';
import type { SimulatorOptions } from './options.js';

const NOW = Date.UTC(2026, 0, 15, 12, 0, 0, 123);
const parse = (...args: string[]) => parseOptions(args, NOW);
const helpText = (...args: string[]): string => {
  try {
    parse(...args);
  } catch (error) {
    if (error instanceof InformationRequested) return error.text;
    throw error;
  }
  return '';
};
const faultsOf = (...args: string[]): string => {
  try {
    parse(...args);
  } catch (error) {
    if (error instanceof UsageError) return error.message;
    throw error;
  }
  return '';
};

describe('the command line', () => {
  it('has a default for everything', () => {
    const { url, queryUrl, seed, systemId, until, ...others } = parse();
    expect(url.href).toBe('http://127.0.0.1:8080/');
    expect(queryUrl).toBe(url);
    expect(seed).toMatch(/^\d+$/);
    expect(systemId).toBe(`sim-${seed}`);
    expect(until).toBe(Date.UTC(2026, 0, 15, 12, 0, 0));
    expect(others).toEqual({
      apiKey: undefined,
      agents: 200,
      days: 1,
      contacts: true,
      timeZone: 'UTC',
      isRepetition: false,
      pace: undefined,
      connections: 32,
      rates: { lost: 0.01, repeated: 0.02, reordered: 0.05, late: 0.01, contradicted: 0.005 },
      deadlineMs: 120_000,
      json: false,
    });
  });

  it('takes what is given', () => {
    const options = parse(
      ...[
        '--url',
        'https://wfm.example/ledger',
        '--seed',
        '7',
        '--agents=5',
        '--lost',
        '0',
        '--pace',
        '0.5',
        '--no-contacts',
        '--time-zone',
        'Asia/Kathmandu',
        '--json',
      ],
    );
    expect(options.url.href).toBe('https://wfm.example/ledger');
    expect(options).toMatchObject({ seed: '7', systemId: 'sim-7', agents: 5, pace: 0.5, json: true });
    expect(options).toMatchObject({ contacts: false, timeZone: 'Asia/Kathmandu' });
    expect(options.rates.lost).toBe(0);
  });

  it('repeats a run with --until', () => {
    const options = parse('--until', '2026-01-15T12:00:00+03:00');
    expect(options).toMatchObject({ until: Date.UTC(2026, 0, 15, 9), isRepetition: true });
  });

  it('takes the key of the environment, unless an option has one; an empty one is none', () => {
    const keyOf = (args: string[], key: string) => {
      const options = parseOptions(args, NOW, { STATUSLEDGER_API_KEY: key });
      return (options as SimulatorOptions).apiKey;
    };
    expect(keyOf([], 'a.b')).toBe('a.b');
    expect(keyOf(['--api-key', 'c.d'], 'a.b')).toBe('c.d');
    expect(keyOf([], '')).toBeUndefined();
    expect(helpText('--help')).toContain('STATUSLEDGER_API_KEY');
  });

  it('names all faults at once', () => {
    const faults = faultsOf(
      '--agents',
      '0',
      '--lost',
      'half',
      '--url',
      'localhost',
      '--seed',
      'a b',
      '--days',
      '1.5',
    );
    expect(faults.split('\n')).toEqual([
      expect.stringContaining('--seed'),
      expect.stringContaining('--url'),
      expect.stringContaining('--agents'),
      expect.stringContaining('--days'),
      expect.stringContaining('--lost'),
    ]);
  });

  it.each([
    [['--colour'], 'colour'],
    [['stray'], 'stray'],
    [['--late', '2'], '--late'],
    [['--pace', ''], '--pace'],
    [['--until', 'yesterday'], '--until'],
    [['--until', '2026-01-16T00:00:00Z'], 'future'],
    [['--days', '399', '--until', '2026-01-01T00:00:00Z'], '399 days'],
    [['--system', ' '], '--system'],
    [['--time-zone', 'Mars/Olympus'], '--time-zone'],
    [['--time-zone', ''], '--time-zone'],
  ])('rejects %j', (args, fault) => {
    expect(faultsOf(...args)).toContain(fault);
  });

  it('gives help, which names every option', () => {
    const help = helpText('--help', '--agents', 'none');
    for (const name of [
      'url',
      'query-url',
      'api-key',
      'system',
      'seed',
      'until',
      'agents',
      'days',
      'pace',
      'no-contacts',
      'time-zone',
      'json',
    ]) {
      expect(help).toContain(`--${name} `);
    }
  });
});
