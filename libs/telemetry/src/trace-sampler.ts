import { TraceFlags, type Attributes, type Context, type Link, type SpanKind } from '@opentelemetry/api';
import {
  AlwaysOffSampler,
  AlwaysOnSampler,
  ParentBasedSampler,
  SamplingDecision,
  TraceIdRatioBasedSampler,
  type Sampler,
  type SamplingResult,
} from '@opentelemetry/sdk-trace-node';
import type { TracesSampler } from './tracing.js';

/** The sampler that OTEL_TRACES_SAMPLER names; it also records the batches of recorded events. */
export function samplerOf({ sampler, ratio }: { sampler: TracesSampler; ratio: number }): Sampler {
  switch (sampler) {
    case 'always_on':
      return new AlwaysOnSampler();
    case 'always_off':
      return new AlwaysOffSampler();
    case 'traceidratio':
      return new SampledWithLinks(new TraceIdRatioBasedSampler(ratio));
    case 'parentbased_always_on':
      return parentBased(new AlwaysOnSampler());
    case 'parentbased_always_off':
      return parentBased(new AlwaysOffSampler());
    case 'parentbased_traceidratio':
      return parentBased(new TraceIdRatioBasedSampler(ratio));
  }
}

function parentBased(root: Sampler): Sampler {
  return new SampledWithLinks(new ParentBasedSampler({ root }));
}

/**
 * Records a span that is linked to recorded ones, as it would a child of one. Otherwise a batch with the one event in a
 * thousand whose trace is recorded would hardly ever be recorded itself.
 */
class SampledWithLinks implements Sampler {
  constructor(private readonly otherwise: Sampler) {}

  shouldSample(
    context: Context,
    traceId: string,
    spanName: string,
    spanKind: SpanKind,
    attributes: Attributes,
    links: Link[],
  ): SamplingResult {
    const linked = links.some(({ context: { traceFlags } }) => (traceFlags & TraceFlags.SAMPLED) !== 0);
    if (linked) return { decision: SamplingDecision.RECORD_AND_SAMPLED };
    return this.otherwise.shouldSample(context, traceId, spanName, spanKind, attributes, links);
  }

  toString(): string {
    return `SampledWithLinks{${this.otherwise.toString()}}`;
  }
}
