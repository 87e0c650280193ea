import { tracesOf, withSpanNow } from "@barrage/platform";
import type { Batch } from "../events/batch.ts";
import type { ViewName } from "../view/view-name.ts";

interface Target {
  readonly room: string;
  readonly view: ViewName;
  /** How many watch. */
  readonly viewers: number;
}

/**
 * Writes a batch to the sockets of live viewers. When it carries an event whose trace is recorded, the write is one span
 * of that trace (in front of a crowd one for each lane), however many viewers there are: a span for each would cost more
 * than the writing.
 */
export function writeBatch(batch: Batch, { room, view, viewers }: Target, write: () => void): void {
  const traces = tracesOf(batch.entries);
  if (traces === undefined) return write();
  const attributes = {
    "messaging.system": "nats",
    "messaging.operation.type": "process",
    "messaging.batch.message_count": batch.eventCount,
    "barrage.room": room,
    "barrage.view": view,
    "barrage.viewers": viewers,
  };
  withSpanNow("write batch", { kind: "consumer", attributes, ...traces }, write);
}
