import { withoutEchoes } from './on-signals.js';

describe('a signal', () => {
  let ms: number;
  let handled: string[];
  let send: (signal: NodeJS.Signals) => void;

  beforeEach(() => {
    ms = 0;
    handled = [];
    send = withoutEchoes(
      (signal) => handled.push(`${signal} at ${ms}`),
      () => ms,
    );
  });

  it('that arrives again at once, as npm passes on a Ctrl+C, is handled once', () => {
    for (ms of [0, 1, 299]) send('SIGINT');
    expect(handled).toEqual(['SIGINT at 0']);
  });

  it('that is sent again later is handled again', () => {
    for (ms of [0, 299, 300, 301, 700]) send('SIGTERM');
    expect(handled).toEqual(['SIGTERM at 0', 'SIGTERM at 300', 'SIGTERM at 700']);
  });
});
