import {
  context,
  propagation,
  ROOT_CONTEXT,
  SpanKind,
  SpanStatusCode,
  trace,
  TraceFlags,
  type Context,
  type Link,
  type Span,
  type SpanContext,
} from '@opentelemetry/api';
import { setGlobalErrorHandler } from '@opentelemetry/core';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-proto';
import {
  defaultResource,
  detectResources,
  envDetector,
  resourceFromAttributes,
} from '@opentelemetry/resources';
import { BatchSpanProcessor, NodeTracerProvider } from '@opentelemetry/sdk-trace-node';
import { serviceVersion } from './service-version.js';
import { samplerOf } from './trace-sampler.js';
import {
  MAX_SPAN_LINKS,
  TRACE_FLUSH_MS,
  type RequestSpan,
  type SpanAttributes,
  type SpanPlan,
  type TraceHeaders,
  type TracesSampler,
  type Tracing,
} from './tracing.js';

export interface OpenTelemetrySettings {
  readonly endpoint: string;
  readonly service: string;
  readonly sampler: TracesSampler;
  readonly ratio: number;
}

const TRACEPARENT = 'traceparent';
const KINDS = { producer: SpanKind.PRODUCER, consumer: SpanKind.CONSUMER } as const;

/**
 * Traces through OpenTelemetry, as protobuf over OTLP/HTTP. We read and check at start what decides whether anything is
 * traced: endpoint and sampler. The SDK reads its other variables itself: headers and timeout of the exporter, sizes and
 * delays of batches, resource attributes and the name of the service.
 */
export class OpenTelemetryTracing implements Tracing {
  private readonly provider: NodeTracerProvider;
  private readonly tracer;

  /** @param onFailure is called each time that spans could not be sent. */
  constructor(settings: OpenTelemetrySettings, onFailure: (error: unknown) => void) {
    setGlobalErrorHandler(onFailure);
    const url = `${settings.endpoint.replace(/\/+$/, '')}/v1/traces`;
    this.provider = new NodeTracerProvider({
      resource: resourceOf(settings.service),
      sampler: samplerOf(settings),
      spanProcessors: [new BatchSpanProcessor(new OTLPTraceExporter({ url }))],
    });
    this.provider.register();
    this.tracer = this.provider.getTracer('statusledger', serviceVersion());
  }

  startRequest(name: string, headers: TraceHeaders, attributes: SpanAttributes): RequestSpan {
    const parent = propagation.extract(ROOT_CONTEXT, headers);
    const span = this.tracer.startSpan(name, { kind: SpanKind.SERVER, attributes }, parent);
    const within = trace.setSpan(parent, span);
    return {
      traceId: span.spanContext().traceId,
      run: (work) => context.with(within, work),
      end: (status, complete) => endRequest(span, status, complete),
    };
  }

  async inSpan<T>(name: string, plan: SpanPlan, work: () => Promise<T>): Promise<T> {
    const { links, leftOut } = linksTo(plan.linkedTo ?? []);
    const attributes = { ...plan.attributes, ...(leftOut > 0 && { 'statusledger.links_left_out': leftOut }) };
    const span = this.tracer.startSpan(name, { kind: KINDS[plan.kind], attributes, links });
    try {
      return await context.with(trace.setSpan(context.active(), span), work);
    } catch (error) {
      fail(span, error instanceof Error ? error.name : typeof error);
      throw error;
    } finally {
      span.end();
    }
  }

  headers(): Readonly<Record<string, string>> | undefined {
    if (!isRecorded(trace.getSpanContext(context.active()))) return undefined;
    const carrier: Record<string, string> = {};
    propagation.inject(context.active(), carrier);
    const { [TRACEPARENT]: traceparent } = carrier;
    return traceparent === undefined ? undefined : { [TRACEPARENT]: traceparent };
  }

  async close(): Promise<void> {
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<void>((resolve) => (timer = setTimeout(resolve, TRACE_FLUSH_MS)));
    await Promise.race([this.provider.shutdown().catch(() => undefined), late]);
    clearTimeout(timer);
  }
}

/** OpenTelemetry's own variables take precedence. */
function resourceOf(service: string) {
  const ours = resourceFromAttributes({ 'service.name': service, 'service.version': serviceVersion() });
  return defaultResource()
    .merge(ours)
    .merge(detectResources({ detectors: [envDetector] }));
}

/** Links to the first {@link MAX_SPAN_LINKS} distinct contexts that were recorded. */
function linksTo(contexts: Iterable<TraceHeaders | undefined>): { links: Link[]; leftOut: number } {
  const distinct = new Set<unknown>();
  for (const headers of contexts) {
    const traceparent = headers?.[TRACEPARENT];
    if (traceparent !== undefined) distinct.add(traceparent);
  }
  const links: Link[] = [];
  for (const traceparent of distinct) {
    if (links.length === MAX_SPAN_LINKS) break;
    const linked = trace.getSpanContext(contextOf(traceparent));
    if (isRecorded(linked)) links.push({ context: linked });
  }
  return { links, leftOut: Math.max(0, distinct.size - MAX_SPAN_LINKS) };
}

function contextOf(traceparent: unknown): Context {
  return propagation.extract(ROOT_CONTEXT, { [TRACEPARENT]: traceparent });
}

function isRecorded(spanContext: SpanContext | undefined): spanContext is SpanContext {
  return spanContext !== undefined && (spanContext.traceFlags & TraceFlags.SAMPLED) !== 0;
}

function endRequest(span: Span, status: number, complete: boolean): void {
  span.setAttribute('http.response.status_code', status);
  if (status >= 500) fail(span, String(status));
  else if (!complete) fail(span, 'broken_off');
  span.end();
}

/** Records only the kind of the error: its message may quote what was sent. */
function fail(span: Span, kind: string): void {
  span.setAttribute('error.type', kind);
  span.setStatus({ code: SpanStatusCode.ERROR });
}
