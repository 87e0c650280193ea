import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { seededRandom, waitFor } from "@barrage/testkit";
import { failureOf } from "../../testing/api-client.ts";
import { createRoomWorld, type Person, type RoomWorld } from "../../testing/room-world.ts";
import { startTestApi, type TestApi } from "../../testing/start-test-api.ts";

let api: TestApi;
let world: RoomWorld;
let seq = 0;

beforeAll(async () => {
  api = await startTestApi();
  world = await createRoomWorld(api);
}, 60_000);
afterAll(async () => {
  await world[Symbol.asyncDispose]();
  await api[Symbol.asyncDispose]();
});

interface Archived {
  readonly room: string;
  readonly session: string;
  readonly by: Person;
  readonly atMs: number;
  readonly text?: string;
  readonly id?: string;
}

/** Puts a message where the worker puts it. */
async function archive({ text = "archived", ...message }: Archived): Promise<string> {
  seq++;
  const { room, session, by, atMs, id = `message${String(seq).padStart(8, "0")}` } = message;
  const data = { id, session, text, color: "#ffffff", mode: "scroll" };
  await api.sql`
    insert into messages (id, epoch, seq, room_id, session_id, type, at, by_id, by_name, by_role, data)
    values (${id}, 'epoch', ${seq}, ${room}, ${session}, 'danmaku.sent', ${new Date(atMs)},
      ${by.id}, ${by.name}, 'viewer', ${data})`;
  return id;
}

async function liveRoom() {
  const [host, viewer] = [await world.person(), await world.person()];
  const room = await world.room(host);
  const { sessionId } = await host.client.rooms.get.query({ id: room });
  return { host, viewer, room, session: sessionId ?? "" };
}

type HistoryInput = Parameters<Person["client"]["messages"]["history"]["query"]>[0];

/** Every page until the end, each as the ids in it; `between` runs after each. */
async function pagesOf(input: HistoryInput, between: () => Promise<void> = async () => {}) {
  const pages: string[][] = [];
  let cursor: string | undefined;
  for (;;) {
    const page = await api.client().messages.history.query({ ...input, ...(cursor ? { cursor } : {}) });
    pages.push(page.items.map((message) => message.id));
    if (page.nextCursor === null) return pages;
    cursor = page.nextCursor;
    await between();
  }
}

describe("history", () => {
  test("reads a session from both ends, every message once and in the order of time, while more is archived", async () => {
    const random = seededRandom();
    const { viewer, room, session } = await liveRoom();
    const startMs = 1_790_000_000_000;
    const ids: string[] = [];
    let atMs = startMs;
    for (let index = 0; index < 130; index++) {
      // Many share a millisecond: the sequence decides between them.
      atMs += random.below(2);
      ids.push(await archive({ room, session, by: viewer, atMs }));
    }
    for (let round = 0; round < 4; round++) {
      const limit = random.between(1, 20);
      const later = async () => {
        await archive({ room, session, by: viewer, atMs: atMs + 10_000 + random.below(5) });
      };
      const forward = await pagesOf({ room, session, direction: "forward", limit, toMs: atMs + 1 }, later);
      expect(forward.flat()).toEqual(ids);
      const backward = await pagesOf({ room, session, limit, fromMs: startMs, toMs: atMs + 1 }, later);
      expect(backward.toReversed().flat()).toEqual(ids);
    }
    const open = (await pagesOf({ room, session, direction: "forward", limit: 7 })).flat();
    expect(open.slice(0, ids.length)).toEqual(ids);
    expect(new Set(open).size).toBe(open.length);
  }, 30_000);

  test("a window begins at `fromMs` and ends before `toMs`", async () => {
    const { viewer, room, session } = await liveRoom();
    const ids: string[] = [];
    for (const atMs of [1_000, 2_000, 3_000]) ids.push(await archive({ room, session, by: viewer, atMs }));
    const window = { room, session, fromMs: 2_000, toMs: 3_000 };
    expect((await pagesOf(window)).flat()).toEqual(ids.slice(1, 2));
  });

  test("keeps a message's type, its sender and the place of what was deleted", async () => {
    const { host, viewer, room, session } = await liveRoom();
    const id = await archive({ room, session, by: viewer, atMs: 5_000, text: "oops" });
    await host.client.messages.delete.mutate({ id });
    const { items } = await api.client().messages.history.query({ room });
    expect(items).toEqual([
      {
        id,
        room,
        session,
        type: "danmaku.sent",
        at: 5_000,
        mediaMs: null,
        by: { id: viewer.id, name: viewer.name, role: "viewer" },
        text: null,
        color: "#ffffff",
        mode: "scroll",
        gift: null,
        count: null,
        deleted: true,
      },
    ]);
  });

  test("is of the newest session, or of the one asked for, and a cursor stays with its own", async () => {
    const { host, viewer, room, session } = await liveRoom();
    const first = [
      await archive({ room, session, by: viewer, atMs: 1 }),
      await archive({ room, session, by: viewer, atMs: 2 }),
    ];
    const page = await api.client().messages.history.query({ room, limit: 1 });
    await host.client.rooms.end.mutate({ id: room });
    await host.client.rooms.start.mutate({ id: room });
    expect((await pagesOf({ room })).flat()).toEqual([]);
    expect((await pagesOf({ room, session })).flat()).toEqual(first);
    const rest = await api.client().messages.history.query({ room, cursor: page.nextCursor ?? "" });
    expect(rest.items.map((message) => message.id)).toEqual(first.slice(0, 1));
    const { history } = api.client().messages;
    const foreign = await liveRoom();
    const failures = await Promise.all([
      failureOf(history.query({ room, session: foreign.session })),
      failureOf(history.query({ room, cursor: "nonsense" })),
      failureOf(history.query({ room, session: foreign.session, cursor: page.nextCursor ?? "" })),
      failureOf(history.query({ room, direction: "forward", cursor: page.nextCursor ?? "" })),
      failureOf(history.query({ room: foreign.room, cursor: page.nextCursor ?? "" })),
      failureOf(history.query({ room, limit: 201 })),
      failureOf(history.query({ room: "nosuchroom00" })),
    ]);
    expect(failures.map(({ code, status }) => `${status} ${code}`)).toEqual([
      "404 session_not_found",
      "400 cursor_malformed",
      "400 cursor_malformed",
      "400 cursor_malformed",
      "404 session_not_found",
      "400 input_invalid",
      "404 room_not_found",
    ]);
  });
});

describe("a banned user", () => {
  test("is refused what is said, one message of it and the sessions, though they knew the password", async () => {
    const { host, viewer, room, session } = await liveRoom();
    const id = await archive({ room, session, by: host, atMs: 1 });
    await host.client.rooms.update.mutate({ id: room, visibility: "private", password: "secret" });
    const { messages, rooms } = viewer.client;
    // From here on they need no password.
    expect((await messages.history.query({ room, password: "secret" })).items).toHaveLength(1);
    const reads = () => [
      messages.history.query({ room }),
      messages.get.query({ id }),
      rooms.sessions.query({ id: room }),
    ];
    await Promise.all(reads());
    await host.client.rooms.ban.mutate({ id: room, userId: viewer.id, minutes: null });
    const refused = await Promise.all(reads().map(failureOf));
    expect(refused.map(({ code }) => code)).toEqual(["user_banned", "message_not_found", "user_banned"]);
    await host.client.rooms.unban.mutate({ id: room, userId: viewer.id });
    await Promise.all(reads());
  });
});

describe("one message", () => {
  test("is found by its id: at once from the room log, later from the archive", async () => {
    const { viewer, room } = await liveRoom();
    const sent = await viewer.client.messages.send.mutate({ room, text: "find me", key: world.key() });
    const found = await api.client().messages.get.query({ id: sent.id });
    expect(found).toMatchObject({ id: sent.id, room, at: sent.at, text: "find me", deleted: false });
    expect(await failureOf(api.client().messages.get.query({ id: "nosuchmessage" }))).toMatchObject({
      code: "message_not_found",
      status: 404,
    });
  });

  test("of a private room is not there for strangers", async () => {
    const { host, viewer, room, session } = await liveRoom();
    const id = await archive({ room, session, by: viewer, atMs: 1 });
    await host.client.rooms.update.mutate({ id: room, visibility: "private", password: "secret" });
    const { get } = api.client().messages;
    expect(await failureOf(get.query({ id }))).toMatchObject({ code: "message_not_found" });
    expect(await failureOf(viewer.client.messages.get.query({ id }))).toMatchObject({
      code: "message_not_found",
    });
    expect((await get.query({ id, password: "secret" })).id).toBe(id);
    expect((await host.client.messages.get.query({ id })).id).toBe(id);
  });
});

describe("deleting a message", () => {
  test("is for its sender and for those above them in rank; it is an event, and happens once", async () => {
    const { host, viewer, room, session } = await liveRoom();
    const [moderator, second, stranger] = [await world.person(), await world.person(), await world.person()];
    for (const { name } of [moderator, second]) {
      await host.client.rooms.setModerator.mutate({ id: room, userName: name, moderator: true });
    }
    const of = (by: Person) => archive({ room, session, by, atMs: 1 });
    const [own, viewers, moderators, hosts] = [
      await of(viewer),
      await of(viewer),
      await of(second),
      await of(host),
    ];
    const remove = (person: Person, id: string) => person.client.messages.delete.mutate({ id });
    const refusals = await Promise.all([
      failureOf(remove(stranger, own)),
      failureOf(remove(moderator, moderators)),
      failureOf(remove(moderator, hosts)),
      failureOf(api.client().messages.delete.mutate({ id: own })),
      failureOf(remove(host, "nosuchmessage")),
    ]);
    expect(refusals.map(({ code }) => code)).toEqual([
      "forbidden",
      "forbidden",
      "forbidden",
      "unauthenticated",
      "message_not_found",
    ]);
    await remove(viewer, own);
    await remove(viewer, own);
    await remove(moderator, viewers);
    await remove(host, moderators);
    const deletions = (await world.events(room)).filter((event) => event.type === "message.deleted");
    expect(deletions.map((event) => [event.data.id, event.by?.id])).toEqual([
      [own, viewer.id],
      [viewers, moderator.id],
      [moderators, host.id],
    ]);
  });

  test("works before the message is archived: by what is remembered, or by its cursor in the room log", async () => {
    const { host, viewer, room } = await liveRoom();
    const stranger = await world.person();
    const sent = await viewer.client.messages.send.mutate({ room, text: "too soon", key: world.key() });
    const { id, cursor } = sent;
    expect(await failureOf(stranger.client.messages.delete.mutate({ id }))).toMatchObject({
      code: "forbidden",
    });
    await viewer.client.messages.delete.mutate({ id });
    await api.redis.stop();
    try {
      // Somebody else's word for where a message is counts only when the log agrees.
      const [epoch, place] = cursor.split("-");
      const elsewhere = { id, cursor: `${epoch}-${Number(place) + 1}` };
      const { delete: remove } = host.client.messages;
      expect(await failureOf(remove.mutate(elsewhere))).toMatchObject({ code: "message_not_found" });
      expect(await failureOf(remove.mutate({ id, cursor: `zz${cursor}` }))).toMatchObject({
        code: "message_not_found",
      });
      await remove.mutate({ id, cursor });
    } finally {
      await api.redis.start();
    }
    const deletions = (await world.events(room)).filter((event) => event.type === "message.deleted");
    expect(deletions.map((event) => event.by?.id)).toEqual([viewer.id, host.id]);
  }, 20_000);

  test("is told of even when the message is archived just then, unmarked", async () => {
    const { viewer, room, session } = await liveRoom();
    const { id, at } = await viewer.client.messages.send.mutate({ room, text: "oops", key: world.key() });
    // Holds the deletion up behind its mark, which finds no row yet.
    await api.sql`
      create function hold_marks() returns trigger language plpgsql as
        'begin perform pg_advisory_xact_lock(4711); return null; end'`;
    await api.sql`create trigger hold after update on messages for each statement execute function hold_marks()`;
    const gate = await api.sql.reserve();
    try {
      await gate`select pg_advisory_lock(4711)`;
      const removing = viewer.client.messages.delete.mutate({ id });
      await waitFor(async () => {
        const waiting = await api.sql`select 1 from pg_locks where locktype = 'advisory' and not granted`;
        return waiting.length > 0;
      });
      await archive({ id, room, session, by: viewer, atMs: at });
      await gate`select pg_advisory_unlock(4711)`;
      expect(await removing).toEqual({ ok: true });
    } finally {
      await gate`select pg_advisory_unlock_all()`;
      await gate.release();
      await api.sql`drop trigger hold on messages`;
      await api.sql`drop function hold_marks`;
    }
    const deletions = (await world.events(room)).filter((event) => event.type === "message.deleted");
    expect(deletions.map((event) => event.data.id)).toEqual([id]);
  });
});
