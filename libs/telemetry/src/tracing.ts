/** The trace context of a record or a request, as W3C headers (`traceparent`). */
export type TraceHeaders = Readonly<Record<string, unknown>>;

export type SpanAttributes = Readonly<Record<string, string | number>>;

export interface SpanPlan {
  readonly kind: 'producer' | 'consumer';
  readonly attributes?: SpanAttributes;
  /** Contexts that the span deals with besides its own trace; up to {@link MAX_SPAN_LINKS} distinct ones become links. */
  readonly linkedTo?: Iterable<TraceHeaders | undefined>;
}

/** The span of a request, from its headers to the end of its answer. */
export interface RequestSpan {
  readonly traceId: string;
  /** Runs work within the span. */
  run(work: () => void): void;
  /** @param complete whether the answer was sent completely. */
  end(status: number, complete: boolean): void;
}

/** Traces what the service does. It is `undefined` when tracing is off; callers then skip it altogether. */
export interface Tracing {
  /** Begins the span of a request, continuing the trace that its headers name. */
  startRequest(name: string, headers: TraceHeaders, attributes: SpanAttributes): RequestSpan;
  /** Does the work within a span, which fails if the work does. */
  inSpan<T>(name: string, plan: SpanPlan, work: () => Promise<T>): Promise<T>;
  /** The context of the current span, to send along; `undefined` if the span is not recorded, since nobody would find it. */
  headers(): Readonly<Record<string, string>> | undefined;
  /** Sends what is left, within {@link TRACE_FLUSH_MS}. */
  close(): Promise<void>;
}

export const TRACES_SAMPLERS = [
  'always_on',
  'always_off',
  'traceidratio',
  'parentbased_always_on',
  'parentbased_always_off',
  'parentbased_traceidratio',
] as const;

export type TracesSampler = (typeof TRACES_SAMPLERS)[number];

export interface TracingSettings {
  /** The collector's OTLP/HTTP address, without `/v1/traces`; tracing is off without an address. */
  readonly endpoint?: string;
  readonly sampler: TracesSampler;
  /** The share of traces that a sampler by ratio records. */
  readonly ratio: number;
}

/** OpenTelemetry's own default limit for a span; a batch can have events of thousands of traces. */
export const MAX_SPAN_LINKS = 128;

/** The longest time that a collector that does not answer can delay a shutdown. */
export const TRACE_FLUSH_MS = 2_000;
