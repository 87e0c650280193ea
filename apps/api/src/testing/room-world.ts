import { connectNats, createLogger, createRoomLog } from "@barrage/platform";
import { type RoomEvent, roomEventSchema } from "@barrage/protocol";
import type { ApiClient } from "./api-client.ts";
import type { TestApi } from "./start-test-api.ts";

/** Somebody with an account, and their client. */
export interface Person {
  readonly id: string;
  readonly name: string;
  readonly token: string;
  readonly client: ApiClient;
}

/** What a test of rooms begins with. */
export interface RoomWorld extends AsyncDisposable {
  person(): Promise<Person>;
  /** A public room of `host`, live unless told otherwise. */
  room(host: Person, options?: { readonly live?: boolean }): Promise<string>;
  /** A key that was not used before. */
  key(): string;
  /** Everything in a room's log, in order. */
  logged(roomId: string): Promise<RoomEvent[]>;
  /** Everything in the outbox for a room, in order. */
  events(roomId: string): Promise<RoomEvent[]>;
}

const decoder = new TextDecoder();

/** Makes people and rooms through the public interface of `api`, and looks into its log and outbox. */
export async function createRoomWorld(api: TestApi): Promise<RoomWorld> {
  const logger = createLogger({ name: "test", level: "silent" });
  const link = await connectNats({ url: api.nats.url, name: "test", logger });
  const retention = { ageMaxMs: 3_600_000, bytesMax: 1e9, dedupeWindowMs: 600_000 };
  const roomLog = await createRoomLog({ link, logger, retention });
  let counter = 0;

  return {
    async person() {
      const name = `Person_${++counter}_${Math.random().toString(36).slice(2, 8)}`;
      const { user, token } = await api.client().users.register.mutate({ name, password: "a good password" });
      return { id: user.id, name, token: token ?? "", client: api.client({ token }) };
    },
    async room(host, { live = true } = {}) {
      const { id } = await host.client.rooms.create.mutate({ title: `Room ${++counter}` });
      if (live) await host.client.rooms.start.mutate({ id });
      return id;
    },
    key: () => `key${String(++counter).padStart(8, "0")}`,
    async logged(roomId) {
      const { entries } = await roomLog.readAfter(roomId, { afterSeq: 0, limit: 5_000 });
      return entries.map(({ json }) => roomEventSchema.parse(JSON.parse(decoder.decode(json))));
    },
    async events(roomId) {
      const rows: { event: unknown }[] = await api.sql`
        select event from outbox where room_id = ${roomId} order by id`;
      return rows.map(({ event }) => roomEventSchema.parse(event));
    },
    async [Symbol.asyncDispose]() {
      await roomLog.close();
      await link.close();
    },
  };
}
