import { connectNats, createLogger, createRoomLog, createRoomStates, newId } from "@barrage/platform";
import { type Cursor, roomSubject } from "@barrage/protocol";
import { headers } from "nats";
import { danmakuEvent, newMessageId, type Sender } from "./danmaku-event.ts";

const retention = { ageMaxMs: 3_600_000, bytesMax: 1_073_741_824, dedupeWindowMs: 600_000 };

/** A live room in the log, and how to publish to it, without the api between. */
export interface OpenRoom {
  readonly room: string;
  /** Where NATS takes the room's events in. */
  readonly subject: string;
  /** Publishes a danmaku, of always the same sender unless told. @returns its place, once the log has it. */
  readonly publish: (text: string, sender?: Sender) => Promise<Cursor>;
  /** The same, with the header that the api adds for a trace that is recorded: nothing is traced here. */
  readonly publishTraced: (text: string, traceparent: string | undefined) => Promise<number>;
}

/** Opens a room of its own, whose connection `stack` closes. */
export async function openRoom(natsUrl: string, stack: AsyncDisposableStack): Promise<OpenRoom> {
  const logger = createLogger({ name: "bench", level: "silent" });
  const link = await connectNats({ url: natsUrl, name: "bench", logger });
  stack.defer(() => link.close());
  const log = await createRoomLog({ link, logger, retention });
  stack.defer(() => log.close());
  const room = newId();
  const session = newId();
  const states = await createRoomStates({ link, logger });
  await states.put(room, { visibility: "public", status: "live", sessionId: session, hostId: newId() });
  const somebody = { id: newId(), name: "somebody" };
  async function publish(text: string, sender: Sender = somebody): Promise<Cursor> {
    const id = newMessageId();
    const event = danmakuEvent({ room, session, id, text, sender });
    return (await log.publish(event, { messageId: id })).cursor;
  }
  const js = link.connection.jetstream();
  async function publishTraced(text: string, traceparent: string | undefined): Promise<number> {
    const id = newMessageId();
    const event = danmakuEvent({ room, session, id, text, sender: somebody });
    const header = headers();
    if (traceparent !== undefined) header.set("traceparent", traceparent);
    return (await js.publish(roomSubject(room), JSON.stringify(event), { msgID: id, headers: header })).seq;
  }
  return { room, subject: roomSubject(room), publish, publishTraced };
}
