import {
  type Attributes,
  context,
  propagation,
  type Span,
  SpanKind,
  SpanStatusCode,
  trace,
} from "@opentelemetry/api";

interface SpanOptions {
  readonly attributes?: Attributes;
  readonly kind?: "internal" | "server" | "client" | "producer" | "consumer";
  /** The W3C `traceparent` of the caller, from a header. Anything malformed is ignored. */
  readonly traceparent?: string | undefined;
}

const kinds = {
  internal: SpanKind.INTERNAL,
  server: SpanKind.SERVER,
  client: SpanKind.CLIENT,
  producer: SpanKind.PRODUCER,
  consumer: SpanKind.CONSUMER,
} as const;

/** Runs `work` in a span; a failure is recorded on it and thrown on. Costs next to nothing without telemetry. */
export async function withSpan<T>(
  name: string,
  options: SpanOptions,
  work: (span: Span) => Promise<T>,
): Promise<T> {
  const { attributes = {}, kind = "internal", traceparent } = options;
  const parent =
    traceparent === undefined ? context.active() : propagation.extract(context.active(), { traceparent });
  const tracer = trace.getTracer("barrage");
  return await tracer.startActiveSpan(name, { attributes, kind: kinds[kind] }, parent, async (span) => {
    try {
      return await work(span);
    } catch (error) {
      if (error instanceof Error) span.recordException(error);
      span.setStatus({ code: SpanStatusCode.ERROR });
      throw error;
    } finally {
      span.end();
    }
  });
}

/** The `traceparent` of the current span, for a header or a row; undefined outside of any. */
export function currentTraceparent(): string | undefined {
  const carrier: Record<string, string> = {};
  propagation.inject(context.active(), carrier);
  return carrier["traceparent"];
}
