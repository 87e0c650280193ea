import { AppError } from "@barrage/protocol";
import { type Span, SpanStatusCode } from "@opentelemetry/api";

/**
 * Notes on a span what went wrong: by its code or its kind, and never in its own words, which may hold what a user
 * typed or what a query was asked with. What a caller did wrong is no failure of ours.
 */
export function noteFailure(span: Span, error: unknown): void {
  const type = error instanceof AppError ? error.code : error instanceof Error ? error.name : "unknown";
  span.setAttribute("error.type", type);
  if (!(error instanceof AppError) || error.status >= 500) span.setStatus({ code: SpanStatusCode.ERROR });
}
