import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { gunzipSync } from 'node:zlib';
import { fieldsOf, hexIn, messagesIn, textIn, type Fields } from './protobuf-fields.js';

/** A span as a collector receives it; ids are in hex. */
export interface CollectedSpan {
  readonly service: string;
  readonly name: string;
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId: string;
  readonly links: readonly { readonly traceId: string; readonly spanId: string }[];
  /** All attributes by name, with numbers as text. */
  readonly attributes: Readonly<Record<string, string>>;
  readonly failed: boolean;
}

const STATUS_ERROR = 2;

/** A collector of traces over OTLP/HTTP with protobuf that keeps the spans in memory. */
export class OtlpCollector {
  readonly spans: CollectedSpan[] = [];
  readonly paths = new Set<string>();

  private constructor(private readonly server: Server) {}

  static async start(): Promise<OtlpCollector> {
    const server = createServer();
    const collector = new OtlpCollector(server);
    server.on('request', (request, response) => {
      collector.paths.add(`${request.method} ${request.url} ${request.headers['content-type']}`);
      const answer = (body: Buffer) => {
        const message = request.headers['content-encoding'] === 'gzip' ? gunzipSync(body) : body;
        collector.spans.push(...spansIn(message));
        response.writeHead(200, { 'content-type': 'application/x-protobuf' }).end();
      };
      buffer(request).then(answer, () => response.destroy());
    });
    await once(server.listen(0, '127.0.0.1'), 'listening');
    return collector;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  named(name: string, traceId?: string): CollectedSpan[] {
    return this.spans.filter(
      (span) => span.name === name && (traceId === undefined || span.traceId === traceId),
    );
  }

  async stop(): Promise<void> {
    this.server.closeAllConnections();
    await once(this.server.close(), 'close');
  }
}

/** Field numbers are from opentelemetry/proto/trace/v1/trace.proto. */
function spansIn(request: Buffer): CollectedSpan[] {
  return messagesIn(fieldsOf(request), 1).flatMap((resourceSpans) => {
    const [resource] = messagesIn(resourceSpans, 1);
    const service = attributesIn(resource!, 1)['service.name']!;
    return messagesIn(resourceSpans, 2).flatMap((scopeSpans) =>
      messagesIn(scopeSpans, 2).map((span) => spanOf(service, span)),
    );
  });
}

function spanOf(service: string, span: Fields): CollectedSpan {
  return {
    service,
    name: textIn(span, 5),
    traceId: hexIn(span, 1),
    spanId: hexIn(span, 2),
    parentSpanId: hexIn(span, 4),
    links: messagesIn(span, 13).map((link) => ({ traceId: hexIn(link, 1), spanId: hexIn(link, 2) })),
    attributes: attributesIn(span, 9),
    failed: messagesIn(span, 15).some((status) => status.get(3)?.[0] === STATUS_ERROR),
  };
}

function attributesIn(message: Fields, field: number): Record<string, string> {
  return Object.fromEntries(
    messagesIn(message, field).map((attribute) => {
      const [value] = messagesIn(attribute, 2);
      return [textIn(attribute, 1), value?.has(3) ? String(value.get(3)![0]) : textIn(value!, 1)];
    }),
  );
}
