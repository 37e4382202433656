import { CommandError, UsageError } from './command-error.js';
import { createCommand } from './create-command.js';
import { InformationRequested, parseArguments } from './parse-arguments.js';

const commandLine = () =>
  createCommand({
    invocation: 'npm run paint --',
    summary: 'Paints\nthings.\n\nSlowly.',
    notes: 'Take care.',
    sections: { 'Exit codes:': { '0': 'painted', '130': 'interrupted' } },
  })
    .argument('[things...]', 'what to paint')
    .option('--colour <colour>', 'the colour', 'red')
    .option('--dry', 'do not paint');

const parse = (...args: string[]) => parseArguments(commandLine(), args);

function informationOf(...args: string[]): string {
  try {
    parse(...args);
  } catch (error) {
    if (error instanceof InformationRequested) return error.text;
    throw error;
  }
  return '';
}

describe('the arguments of a command', () => {
  it('are options, with their defaults, and operands', () => {
    expect(parse('wall')).toEqual({ options: { colour: 'red' }, operands: [['wall']] });
    expect(parse('--dry', '--colour=blue', 'a', 'b')).toEqual({
      options: { colour: 'blue', dry: true },
      operands: [['a', 'b']],
    });
    expect(parse('--', '--colour', '--dry').operands).toEqual([['--colour', '--dry']]);
    expect(parse('--colour', '-').options.colour).toBe('-');
    expect(parse('--colour=--dry').options.colour).toBe('--dry');
  });

  it.each([
    [['--color', 'red'], "Unknown option '--color'\n(Did you mean --colour?)"],
    [['--colour'], "Option '--colour <colour>' argument missing"],
    [['--colour', '--dry'], '--colour needs a value; write --colour=--dry if that is the value'],
  ])('are refused if they are wrong: %j', (args, message) => {
    expect(() => parse(...args)).toThrow(new UsageError(message));
    expect(() => parse(...args)).toThrow(CommandError);
  });

  it('are refused if there are too many', () => {
    const parseNone = () => parseArguments(createCommand({ invocation: 'x', summary: 'y' }), ['wall']);
    expect(parseNone).toThrow(new UsageError("Unexpected argument 'wall'"));
  });

  it('ask for help, which has the summary, options, notes and sections', () => {
    const help = informationOf('--help');
    expect(informationOf('-h', '--colour', 'none')).toBe(help);
    expect(help).toBe(`Usage: npm run paint -- [options] [things...]

Paints things.

Slowly.

Arguments:
  things             what to paint

Options:
  --colour <colour>  the colour (red)
  --dry              do not paint
  --version          print the version
  -h, --help         print this text

Take care.

Exit codes:
  0    painted
  130  interrupted
`);
  });

  it('ask for the version', () => {
    expect(informationOf('--version')).toMatch(/^\d+\.\d+\.\d+\n$/);
  });
});
