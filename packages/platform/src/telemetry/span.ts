import {
  type Attributes,
  context,
  isSpanContextValid,
  type Link,
  propagation,
  ROOT_CONTEXT,
  type Span,
  SpanKind,
  TraceFlags,
  trace,
} from "@opentelemetry/api";
import { noteFailure } from "./note-failure.ts";

interface SpanOptions {
  readonly attributes?: Attributes;
  readonly kind?: "internal" | "server" | "client" | "producer" | "consumer";
  /** The W3C `traceparent` of the caller, from a header. Anything malformed is ignored. */
  readonly traceparent?: string | undefined;
  /** Other traces that this is part of, by their `traceparent`. */
  readonly links?: readonly string[];
}

const kinds = {
  internal: SpanKind.INTERNAL,
  server: SpanKind.SERVER,
  client: SpanKind.CLIENT,
  producer: SpanKind.PRODUCER,
  consumer: SpanKind.CONSUMER,
} as const;

/** Runs `work` in a span; a failure is noted on it and thrown on. Costs next to nothing without telemetry. */
export async function withSpan<T>(
  name: string,
  options: SpanOptions,
  work: (span: Span) => Promise<T>,
): Promise<T> {
  return await inSpan(name, options, async (span) => {
    try {
      return await work(span);
    } catch (error) {
      noteFailure(span, error);
      throw error;
    } finally {
      span.end();
    }
  });
}

/** Like {@link withSpan}, for work that ends before it returns. */
export function withSpanNow<T>(name: string, options: SpanOptions, work: (span: Span) => T): T {
  return inSpan(name, options, (span) => {
    try {
      return work(span);
    } catch (error) {
      noteFailure(span, error);
      throw error;
    } finally {
      span.end();
    }
  });
}

function inSpan<T>(name: string, options: SpanOptions, work: (span: Span) => T): T {
  const { attributes = {}, kind = "internal", traceparent, links = [] } = options;
  const parent =
    traceparent === undefined ? context.active() : propagation.extract(context.active(), { traceparent });
  const spanOptions = { attributes, kind: kinds[kind], links: links.flatMap(linkTo) };
  return trace.getTracer("barrage").startActiveSpan(name, spanOptions, parent, work);
}

function linkTo(traceparent: string): Link[] {
  const linked = trace.getSpanContext(propagation.extract(ROOT_CONTEXT, { traceparent }));
  return linked === undefined || !isSpanContextValid(linked) ? [] : [{ context: linked }];
}

/** The `traceparent` of the current span, for a header or a row; undefined outside of any. */
export function currentTraceparent(): string | undefined {
  const carrier: Record<string, string> = {};
  propagation.inject(context.active(), carrier);
  return carrier["traceparent"];
}

/** {@link currentTraceparent} when the current span is recorded: what nobody records needs no header to say so. */
export function sampledTraceparent(): string | undefined {
  const flags = trace.getActiveSpan()?.spanContext().traceFlags ?? TraceFlags.NONE;
  return (flags & TraceFlags.SAMPLED) === 0 ? undefined : currentTraceparent();
}

/** The ids of the current span, for a line of a log; undefined outside of any. */
export function currentTrace(): { readonly traceId: string; readonly spanId: string } | undefined {
  const current = trace.getActiveSpan()?.spanContext();
  if (current === undefined || !isSpanContextValid(current)) return undefined;
  return { traceId: current.traceId, spanId: current.spanId };
}
