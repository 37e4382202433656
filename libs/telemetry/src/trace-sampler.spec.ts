import { ROOT_CONTEXT, SpanKind, trace, TraceFlags, type Link } from '@opentelemetry/api';
import { SamplingDecision } from '@opentelemetry/sdk-trace-node';
import { samplerOf } from './trace-sampler.js';
import { TRACES_SAMPLERS, type TracesSampler } from './tracing.js';

const TRACE = 'f'.repeat(32);
const spanContext = (traceFlags: TraceFlags) => ({ traceId: TRACE, spanId: '1'.repeat(16), traceFlags });
const linkTo = (traceFlags: TraceFlags): Link => ({ context: spanContext(traceFlags) });

/** Whether a span of the trace with the highest id is recorded, which no ratio below 1 takes. */
function isRecorded(sampler: TracesSampler, { ratio = 0, parent = ROOT_CONTEXT, links = [] as Link[] } = {}) {
  const result = samplerOf({ sampler, ratio }).shouldSample(parent, TRACE, 'n', SpanKind.CONSUMER, {}, links);
  return result.decision === SamplingDecision.RECORD_AND_SAMPLED;
}

describe('which spans are recorded', () => {
  it.each([
    ['always_on', true],
    ['parentbased_always_on', true],
    ['always_off', false],
    ['parentbased_always_off', false],
    ['traceidratio', false],
    ['parentbased_traceidratio', false],
  ] as const)('by %s, of a new trace: %s', (sampler, recorded) => {
    expect(isRecorded(sampler)).toBe(recorded);
    if (sampler.endsWith('ratio')) expect(isRecorded(sampler, { ratio: 1 })).toBe(true);
  });

  it('depends on the parent where the sampler says so', () => {
    const [on, off] = [TraceFlags.SAMPLED, TraceFlags.NONE].map((flags) =>
      trace.setSpanContext(ROOT_CONTEXT, { ...spanContext(flags), isRemote: true }),
    );
    expect(isRecorded('parentbased_traceidratio', { parent: on! })).toBe(true);
    expect(isRecorded('parentbased_always_on', { parent: off! })).toBe(false);
    expect(isRecorded('traceidratio', { parent: on! })).toBe(false);
  });

  it.each(TRACES_SAMPLERS)(
    'by %s: those that are linked to recorded ones, unless none are to be',
    (sampler) => {
      const links = [linkTo(TraceFlags.NONE), linkTo(TraceFlags.SAMPLED)];
      expect(isRecorded(sampler, { links })).toBe(sampler !== 'always_off');
      expect(isRecorded(sampler, { links: links.slice(0, 1) })).toBe(sampler.endsWith('always_on'));
    },
  );
});
