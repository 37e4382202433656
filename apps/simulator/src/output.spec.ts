import { Writable } from 'node:stream';
import { streamOutput } from './output.js';

function capture(isTTY: boolean): { stream: NodeJS.WriteStream; text: () => string } {
  const chunks: string[] = [];
  const stream = new Writable({
    write(chunk: Buffer, _, done) {
      chunks.push(chunk.toString());
      done();
    },
  });
  return {
    stream: Object.assign(stream, { isTTY }) as unknown as NodeJS.WriteStream,
    text: () => chunks.join(''),
  };
}

describe('output', () => {
  it('shows progress in a file as a line for each tenth', () => {
    const { stream, text } = capture(false);
    const progress = streamOutput(stream).progress('Sending', 1000);
    for (let i = 0; i < 1000; i++) progress.advance();
    progress.stop();

    const lines = text().trimEnd().split('\n');
    expect(lines).toHaveLength(10);
    expect(lines[0]).toMatch(/^Sending 10 % \| 100\/1000 \| \d+\/s$/);
    expect(lines[9]).toMatch(/^Sending 100 % \| 1000\/1000/);
  });

  it('shows nothing of progress without anything to do', () => {
    const { stream, text } = capture(false);
    streamOutput(stream).progress('Sending', 0).stop();
    expect(text()).toBe('');
  });
});
