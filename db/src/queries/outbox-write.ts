import type { RoomEvent } from "@barrage/protocol";
import type { Orm } from "../database.ts";
import { outbox } from "../schema/index.ts";

/** An event on its way to the room log. */
export interface OutboxEvent {
  /** Random, and never used twice: the log drops a second event with the same one. */
  readonly messageId: string;
  readonly event: RoomEvent;
  readonly traceparent: string | null;
}

/**
 * Puts events into the outbox, in order. Call it in the transaction that changes the state they tell of, with the
 * room's row locked (`lockRoom`): only then do a room's events commit in the order of their ids.
 */
export async function appendToOutbox(orm: Orm, events: readonly OutboxEvent[]): Promise<void> {
  if (events.length === 0) return;
  await orm.insert(outbox).values(
    events.map(({ messageId, event, traceparent }) => ({
      messageId,
      event,
      traceparent,
      roomId: event.room,
    })),
  );
}
