import { appendToOutbox, type Orm } from "@barrage/db";
import { type RoomEvent, roomEventSchema } from "@barrage/protocol";

interface Told {
  readonly messageId: string;
  readonly room: string;
  readonly at: Date;
  readonly event: Pick<RoomEvent, "type" | "data">;
}

/** Puts an event of the server's own into the outbox. The caller holds the room's row, so that events keep their order. */
export async function tell(orm: Orm, { messageId, room, at, event }: Told): Promise<void> {
  const whole = roomEventSchema.parse({ v: 1, ...event, room, at: at.getTime() });
  await appendToOutbox(orm, [{ messageId, event: whole, traceparent: null }]);
}
