import { tracesOf, withSpanNow } from "@barrage/platform";
import type { Batch } from "../events/batch.ts";
import type { ViewName } from "../view/view-name.ts";
import type { Audience } from "./audience.ts";

interface Target {
  readonly audience: Audience;
  readonly room: string;
  readonly view: ViewName;
}

/**
 * Writes a batch to the sockets of a view's live viewers. When it carries an event whose trace is recorded, the write is
 * one span of that trace, however many viewers there are: a span for each would cost more than the writing.
 */
export function writeBatch(batch: Batch, { audience, room, view }: Target): void {
  const traces = tracesOf(batch.entries);
  if (traces === undefined) return audience.broadcast(batch);
  const attributes = {
    "messaging.system": "nats",
    "messaging.operation.type": "process",
    "messaging.batch.message_count": batch.eventCount,
    "barrage.room": room,
    "barrage.view": view,
    "barrage.viewers": audience.size,
  };
  withSpanNow("write batch", { kind: "consumer", attributes, ...traces }, () => audience.broadcast(batch));
}
