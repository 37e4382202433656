/** The context of a trace as W3C headers (`traceparent`): a record's or a request's. */
export type TraceHeaders = Readonly<Record<string, unknown>>;

export type SpanAttributes = Readonly<Record<string, string | number>>;

export interface SpanPlan {
  readonly kind: 'producer' | 'consumer';
  readonly attributes?: SpanAttributes;
  /** Contexts of what the span deals with besides its own trace; {@link MAX_SPAN_LINKS} distinct ones become links. */
  readonly linkedTo?: Iterable<TraceHeaders | undefined>;
}

/** The span of a request, from its headers to the end of its answer. */
export interface RequestSpan {
  readonly traceId: string;
  /** Runs what is to happen within the span. */
  run(work: () => void): void;
  /** @param complete whether the answer was sent to its end. */
  end(status: number, complete: boolean): void;
}

/**
 * Traces of what the service does. Where tracing is off there is none of these, and what would be traced takes the way
 * that it takes without.
 */
export interface Tracing {
  /** Begins the span of a request, continuing the trace that its headers name. */
  startRequest(name: string, headers: TraceHeaders, attributes: SpanAttributes): RequestSpan;
  /** Does the work within a span, which fails if the work does. */
  inSpan<T>(name: string, plan: SpanPlan, work: () => Promise<T>): Promise<T>;
  /** The context of the present span, to be sent along; `undefined` if it is not recorded, as nobody would find it. */
  headers(): Readonly<Record<string, string>> | undefined;
  /** Sends what is left, for {@link TRACE_FLUSH_MS} at most. */
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
  /** The collector's OTLP/HTTP address, without `/v1/traces`; tracing is off without. */
  readonly endpoint?: string;
  readonly sampler: TracesSampler;
  /** The share of traces that a sampler by ratio records. */
  readonly ratio: number;
}

/** As many as OpenTelemetry keeps of a span by default; a batch can have events of thousands of traces. */
export const MAX_SPAN_LINKS = 128;

/** At shut-down a collector that does not answer holds the service up for this long at most. */
export const TRACE_FLUSH_MS = 2_000;
