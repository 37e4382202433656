import type { ResendAnswer, LetterView, ResendView } from './ops-service.js';

/** Text from bodies and senders must not control the terminal or mislead the reader. */
export function printable(text: string): string {
  return text.replace(/[\p{Cc}\p{Cf}]/gu, '\ufffd');
}

const printableLines = (text: string) => text.split('\n').map(printable).join('\n');

/** A letter in a list. */
export function letterLine(letter: LetterView): string {
  const { id, receivedAt, type, reason, systemId, resends, explanation } = letter;
  const accepted = resends.some(({ outcome }) => outcome === 'accepted') ? ', resent' : '';
  const system = systemId === '' ? 'unknown system' : systemId;
  const head = `${receivedAt}  ${reason}  ${type} of ${system}${accepted}  ${id}`;
  return `${printable(head)}\n    ${printable(explanation.wrong)}`;
}

/** Everything that is known about a letter. */
export function letterPage(letter: LetterView): string {
  const { explanation, resends, resendable, id } = letter;
  const address = letter.remoteAddress === '' ? 'an unknown address' : letter.remoteAddress;
  return [
    letterLine(letter),
    `    ${printable(explanation.right)}`,
    printable(`From ${address}, ${bodyWords(letter)}:`),
    printableLines(letter.body ?? letter.bodyBase64 ?? ''),
    ...(resends.length === 0 ? ['Not resent yet.'] : resends.map(resendLine).map(printable)),
    resendable
      ? `Resend it as it is:   npm run dead-letters -- resend ${printable(id)}`
      : 'It cannot be resent as it is.',
    `Resend it corrected:  npm run dead-letters -- resend ${printable(id)} --body FILE`,
  ].join('\n');
}

function bodyWords({ bodyBytes, bodyTruncated, bodyBase64 }: LetterView): string {
  const size = `${bodyBytes} bytes${bodyTruncated ? ', the first of which are shown' : ''}`;
  return bodyBase64 === undefined ? size : `${size}, not text, shown in base64`;
}

function resendLine({ resentAt, resentBy, corrected, outcome, message }: ResendView): string {
  const how = corrected ? 'corrected' : 'as it came';
  return `Resent ${how} at ${resentAt} by ${resentBy}: ${outcome}${message === undefined ? '' : `, ${message}`}`;
}

/** The outcome of a resend, in a line or two. */
export function resendText({ id, outcome, message, description }: ResendAnswer): string {
  if (outcome === 'accepted') return `${printable(id)} was accepted as an event.`;
  const word = outcome === 'rejected' ? 'was rejected again' : 'cannot be resent';
  return `${printable(`${id} ${word}: ${message}.`)}\n    ${printable(description ?? '')}`;
}
