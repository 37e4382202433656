import { readFileSync } from 'node:fs';
import { createInterface } from 'node:readline/promises';
import { ExitCode, runCommand, UsageError, withProgress, type Interruption } from '#command';
import {
  INVOCATION,
  parseDeadLettersCommand,
  type DeadLettersCommand,
} from './dead-letters/dead-letters-options.js';
import { letterLine, letterPage, resendText } from './dead-letters/letter-text.js';
import { OpsService, type ResendAnswer } from './dead-letters/ops-service.js';

/** Letters of a bulk resend that were not accepted and are printed one by one. */
const MAX_PRINTED_REJECTIONS = 20;

const print = (text: string) => process.stdout.write(`${text}\n`);

/** Shows dead letters of a running service, and sends them again. */
async function run(command: DeadLettersCommand, interruption: Interruption): Promise<ExitCode> {
  const service = new OpsService(command.url, command.apiKey);
  switch (command.command) {
    case 'list':
      return list(service, command);
    case 'show': {
      const letter = await service.letter(command.id);
      print(command.json ? JSON.stringify(letter) : letterPage(letter));
      return ExitCode.done;
    }
    case 'resend':
      return resendOne(service, command);
    case 'resend-many':
      return resendMany(service, command, interruption);
  }
}

type CommandOf<Name> = Extract<DeadLettersCommand, { command: Name }>;

async function list(service: OpsService, { filter, limit, json }: CommandOf<'list'>): Promise<ExitCode> {
  let listed = 0;
  for await (const letter of service.letters(filter, limit)) {
    print(json ? JSON.stringify(letter) : letterLine(letter));
    listed++;
  }
  if (!json && listed === 0) print('No dead letters match.');
  if (!json && listed === limit) print(`These are the newest ${limit}; raise --limit to see more.`);
  return ExitCode.done;
}

async function resendOne(service: OpsService, { id, body, json }: CommandOf<'resend'>): Promise<ExitCode> {
  const answer = await service.resend(id, body === undefined ? undefined : readBody(body));
  print(json ? JSON.stringify(answer) : resendText(answer));
  return answer.outcome === 'accepted' ? ExitCode.done : ExitCode.rejected;
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

async function resendMany(
  service: OpsService,
  command: CommandOf<'resend-many'>,
  interruption: Interruption,
): Promise<ExitCode> {
  const ids: string[] = [];
  for await (const { id } of service.letters(command.filter)) ids.push(id);
  if (ids.length === 0) {
    if (!command.json) print('No letters match that were not resent already.');
    return ExitCode.done;
  }
  if (!command.yes && !(await confirmed(ids.length))) return ExitCode.done;
  // The oldest first, as they came.
  const answers = await resendAll(service, ids.reverse(), interruption);
  report(answers, command.json);
  return answers.every(({ outcome }) => outcome === 'accepted') ? ExitCode.done : ExitCode.rejected;
}

async function confirmed(letters: number): Promise<boolean> {
  if (!process.stdin.isTTY) throw new UsageError(`${letters} letters would be resent: confirm it with --yes`);
  const terminal = createInterface({ input: process.stdin, output: process.stderr });
  const answer = await terminal.question(`Resend ${letters} letters as they came? [y/N] `);
  terminal.close();
  return /^y(es)?$/i.test(answer.trim());
}

async function resendAll(
  service: OpsService,
  ids: readonly string[],
  interruption: Interruption,
): Promise<ResendAnswer[]> {
  const answers: ResendAnswer[] = [];
  interruption.advice = () =>
    `${answers.length} of ${ids.length} letters were resent. Run the same command again: it skips those that were accepted.`;
  const signal = interruption.stopGracefully();
  return withProgress('Resending', 'letters', async (show) => {
    for (const id of ids) {
      signal.throwIfAborted();
      answers.push(await service.resend(id));
      show(answers.length, ids.length);
    }
    return answers;
  });
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

await runCommand({ invocation: INVOCATION, environment: process.env, parse: parseDeadLettersCommand, run });
