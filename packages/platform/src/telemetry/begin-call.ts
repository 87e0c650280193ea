import { type Attributes, SpanKind, trace } from "@opentelemetry/api";
import { noteFailure } from "./note-failure.ts";

interface CallSpan {
  readonly kind: "client" | "producer";
  readonly attributes: Attributes;
}

const nothing = (): void => undefined;

/**
 * Begins a span for a call to a server, when what makes the call is being traced: what a process asks by itself (a
 * poll, a heartbeat) begins no traces. @returns what to call when the call has ended, with its failure.
 */
export function beginCall(name: string, { kind, attributes }: CallSpan): (error?: unknown) => void {
  if (trace.getActiveSpan()?.isRecording() !== true) return nothing;
  const span = trace
    .getTracer("barrage")
    .startSpan(name, { kind: kind === "client" ? SpanKind.CLIENT : SpanKind.PRODUCER, attributes });
  return (error) => {
    if (error !== undefined) noteFailure(span, error);
    span.end();
  };
}
