import type { Msg } from "nats";
import type { LogEntry } from "./room-log.ts";

/**
 * A republished message as an entry; undefined when it does not come from the stream.
 * The bytes are copied (Buffer's own slice() would not): the client's buffer holds a whole socket read, which an entry
 * in a ring would keep alive.
 */
export function liveEntry(message: Msg): LogEntry | undefined {
  const seq = Number(message.headers?.get("Nats-Sequence") || Number.NaN);
  const previousSeq = Number(message.headers?.get("Nats-Last-Sequence") || Number.NaN);
  if (!Number.isSafeInteger(seq) || !Number.isSafeInteger(previousSeq)) return undefined;
  // Servers since 2.10 tell the time.
  const storedAtMs = Date.parse(message.headers?.get("Nats-Time-Stamp") ?? "");
  return {
    seq,
    previousSeq,
    json: new Uint8Array(message.data),
    ...(Number.isNaN(storedAtMs) ? {} : { storedAtMs }),
    ...tracedBy(message),
  };
}

/** The trace that a message is part of; few are. */
export function tracedBy(message: Msg): { readonly traceparent?: string } {
  const traceparent = message.headers?.get("traceparent");
  return traceparent ? { traceparent } : {};
}
