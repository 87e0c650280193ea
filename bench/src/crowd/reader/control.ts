import { controlFrameSchema, parseCursor } from "@barrage/protocol";
import type { ReaderSink } from "./reader.ts";

/** Hands a control frame on. They are rare, so they alone are parsed in full. */
export function takeControl(json: string, sink: ReaderSink): void {
  const parsed = controlFrameSchema.safeParse(JSON.parse(json));
  if (!parsed.success) return sink.onEnd({ kind: "nonsense", detail: json.slice(0, 200) });
  const frame = parsed.data;
  switch (frame.type) {
    case "hello":
      return sink.onHello(parseCursor(frame.cursor), frame.heartbeatMs);
    case "live":
      return sink.onLive();
    case "skipped":
      return sink.onSkipped(frame.count, parseCursor(frame.cursor));
    case "reset":
      return sink.onReset(parseCursor(frame.cursor));
    case "goodbye":
      return sink.onEnd({ kind: "goodbye", retryAfterMs: frame.retryAfterMs });
    // Of connections for several rooms.
    case "refused":
    case "left":
    case "heartbeat":
    case "merged":
    case "replay":
    case "stalled":
      return;
  }
}
