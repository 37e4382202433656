import { Command, Help } from '@commander-js/extra-typings';

/** What `--help` says about a program, besides its options. */
export interface CommandDescription {
  /** How users start it, such as `npm run audit --`. */
  readonly invocation: string;
  /** What it does. Single line breaks are spaces; an empty line begins a paragraph. */
  readonly summary: string;
  /** What else is worth knowing, below the options; wrapped like the summary. */
  readonly notes?: string;
  /** Sections below the options: a heading, and what each term means. */
  readonly sections?: Readonly<Record<string, Readonly<Record<string, string>>>>;
}

const NARROWEST_HELP = 80;
const WIDEST_HELP = 120;

/** Starts the definition of a command line, which {@link parseArguments} reads. */
export function createCommand({ invocation, summary, notes, sections = {} }: CommandDescription): Command {
  return new Command(invocation)
    .description(paragraphs(summary))
    .helpOption('-h, --help', 'print this text')
    .configureOutput({ getOutHelpWidth: helpWidth })
    .configureHelp({
      showGlobalOptions: true,
      optionDescription: ({ description, defaultValue }) =>
        typeof defaultValue === 'string' ? `${description} (${defaultValue})` : description,
    })
    .helpCommand(false)
    .addHelpText('after', () => below(notes, sections));
}

function helpWidth(): number {
  return Math.max(NARROWEST_HELP, Math.min(process.stdout.columns ?? WIDEST_HELP, WIDEST_HELP));
}

function below(notes: string | undefined, sections: NonNullable<CommandDescription['sections']>): string {
  const help = new Help();
  help.helpWidth = helpWidth();
  const parts = Object.entries(sections).map(([heading, terms]) => section(help, heading, terms));
  if (notes !== undefined) parts.unshift(help.boxWrap(paragraphs(notes), help.helpWidth));
  return parts.map((part) => `\n${part}`).join('\n');
}

function section(help: Help, heading: string, terms: Readonly<Record<string, string>>): string {
  const width = Math.max(...Object.keys(terms).map((term) => term.length));
  const lines = Object.entries(terms).map(([term, meaning]) => help.formatItem(term, width, meaning, help));
  return [heading, ...lines].join('\n');
}

function paragraphs(text: string): string {
  return text.trim().replaceAll(/(?<!\n)\n(?!\n)/g, ' ');
}
