import { execFileSync } from 'node:child_process';
import type { Logger } from './log.js';
import { TRACE_FAILURE_NOTICE_MS, traceFailureNotice } from './create-tracing.js';

describe('failures to send traces', () => {
  it('are logged at once, and then at most once a minute with their number', () => {
    let now = 5;
    const logged: unknown[] = [];
    const logger = {
      warn: ({ failures }: { failures: number }) => logged.push(failures),
    } as unknown as Logger;
    const notice = traceFailureNotice(logger, () => now);
    notice(new Error('first'));
    now += TRACE_FAILURE_NOTICE_MS - 1;
    for (let i = 0; i < 100; i++) notice(new Error('another'));
    expect(logged).toEqual([1]);
    now += 1;
    notice(new Error('the last'));
    expect(logged).toEqual([1, 101]);
  });
});

describe('OpenTelemetry', () => {
  /** The SDK's modules in a process that has created its tracing. The API alone comes with the metrics' library. */
  const loadedWith = (endpoint: string | undefined): string[] => {
    const program = `
      import { createRequire } from 'node:module';
      const edge = await import('./dist/libs/edge/src/index.js');
      await import('./dist/libs/event-log/src/index.js');
      const { createTracing, createLogger } = await import('./dist/libs/telemetry/src/index.js');
      const settings = edge.readSettings(${JSON.stringify({ OTEL_EXPORTER_OTLP_ENDPOINT: endpoint })});
      const tracing = await createTracing(edge.tracingSettings(settings), 'test', createLogger('silent'));
      await tracing?.close();
      const loaded = Object.keys(createRequire(import.meta.url).cache);
      console.log(JSON.stringify(loaded.filter((file) => /@opentelemetry.(?!api.)/.test(file))));`;
    const args = ['--input-type=module', '--eval', program];
    return JSON.parse(execFileSync(process.execPath, args, { encoding: 'utf8' })) as string[];
  };

  it('is not even loaded without a collector', () => {
    expect(loadedWith(undefined)).toEqual([]);
    expect(loadedWith('http://127.0.0.1:1')).not.toEqual([]);
  });
});
