import { readFileSync } from 'node:fs';
import { createInterface } from 'node:readline/promises';
import { Presets, SingleBar } from 'cli-progress';
import {
  parseCommand,
  USAGE,
  UsageError,
  type DeadLettersCommand,
} from './dead-letters/dead-letters-options.js';
import { letterLine, letterPage, resendText } from './dead-letters/letter-text.js';
import { OpsService, ServiceError, type ResendAnswer } from './dead-letters/ops-service.js';

const EXIT_DONE = 0;
const EXIT_FAILED = 1;
const EXIT_USAGE = 2;
const EXIT_REJECTED = 3;

/** Letters of a bulk resend that were not accepted and are told one by one. */
const MAX_PRINTED_REJECTIONS = 20;

const print = (text: string) => process.stdout.write(`${text}\n`);

/** Shows dead letters of a running service, and sends them again. */
async function run(args: readonly string[]): Promise<number> {
  const command = parseCommand(args, process.env);
  if (command === 'help') {
    process.stdout.write(USAGE);
    return EXIT_DONE;
  }
  const service = new OpsService(command.url, command.apiKey);
  switch (command.command) {
    case 'list':
      return list(service, command);
    case 'show': {
      const letter = await service.letter(command.id);
      print(command.json ? JSON.stringify(letter) : letterPage(letter));
      return EXIT_DONE;
    }
    case 'resend':
      return resendOne(service, command);
    case 'resend-many':
      return resendMany(service, command);
  }
}

type CommandOf<Name> = Extract<DeadLettersCommand, { command: Name }>;

async function list(service: OpsService, { filter, limit, json }: CommandOf<'list'>): Promise<number> {
  let told = 0;
  for await (const letter of service.letters(filter, limit)) {
    print(json ? JSON.stringify(letter) : letterLine(letter));
    told++;
  }
  if (!json && told === 0) print('There are no dead letters of that kind.');
  if (!json && told === limit) print(`These are the newest ${limit}; --limit shows more.`);
  return EXIT_DONE;
}

async function resendOne(service: OpsService, { id, body, json }: CommandOf<'resend'>): Promise<number> {
  const answer = await service.resend(id, body === undefined ? undefined : readBody(body));
  print(json ? JSON.stringify(answer) : resendText(answer));
  return answer.outcome === 'accepted' ? EXIT_DONE : EXIT_REJECTED;
}

function readBody(path: string): Buffer {
  try {
    const body = readFileSync(path === '-' ? 0 : path);
    if (body.length > 0) return body;
  } catch (error) {
    throw new UsageError(`${path} cannot be read: ${(error as Error).message}`);
  }
  throw new UsageError(`${path} is empty: a letter is resent as it came without --body`);
}

async function resendMany(service: OpsService, command: CommandOf<'resend-many'>): Promise<number> {
  const ids: string[] = [];
  for await (const { id } of service.letters(command.filter)) ids.push(id);
  if (ids.length === 0) {
    if (!command.json) print('There are no such letters that were not resent already.');
    return EXIT_DONE;
  }
  if (!command.yes && !(await confirmed(ids.length))) return EXIT_DONE;
  // The oldest first, as they came.
  const answers = await resendAll(service, ids.reverse());
  report(answers, command.json);
  return answers.every(({ outcome }) => outcome === 'accepted') ? EXIT_DONE : EXIT_REJECTED;
}

async function confirmed(letters: number): Promise<boolean> {
  if (!process.stdin.isTTY) throw new UsageError(`${letters} letters would be resent: confirm it with --yes`);
  const terminal = createInterface({ input: process.stdin, output: process.stderr });
  const answer = await terminal.question(`Resend ${letters} letters as they came? [y/N] `);
  terminal.close();
  return /^y(es)?$/i.test(answer.trim());
}

async function resendAll(service: OpsService, ids: readonly string[]): Promise<ResendAnswer[]> {
  const bar = new SingleBar(
    { format: 'Resending {bar} {percentage}% | {value}/{total} letters | {eta_formatted} left' },
    Presets.shades_classic,
  );
  const answers: ResendAnswer[] = [];
  bar.start(ids.length, 0);
  try {
    for (const id of ids) {
      answers.push(await service.resend(id));
      bar.increment();
    }
  } finally {
    bar.stop();
  }
  return answers;
}

function report(answers: readonly ResendAnswer[], json: boolean): void {
  if (json) {
    for (const answer of answers) print(JSON.stringify(answer));
    return;
  }
  const others = answers.filter(({ outcome }) => outcome !== 'accepted');
  for (const answer of others.slice(0, MAX_PRINTED_REJECTIONS)) print(resendText(answer));
  if (others.length > MAX_PRINTED_REJECTIONS) print(`… and ${others.length - MAX_PRINTED_REJECTIONS} more`);
  print(`${answers.length - others.length} accepted, ${others.length} not.`);
}

function failure(error: unknown): number {
  if (error instanceof UsageError) {
    process.stderr.write(`${error.message}\nTry: npm run dead-letters -- --help\n`);
    return EXIT_USAGE;
  }
  const text = error instanceof ServiceError ? error.message : ((error as Error).stack ?? String(error));
  process.stderr.write(`${text}\n`);
  return EXIT_FAILED;
}

process.exitCode = await run(process.argv.slice(2)).catch(failure);
