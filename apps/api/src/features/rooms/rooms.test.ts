import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { failureOf } from "../../testing/api-client.ts";
import { createRoomWorld, type RoomWorld } from "../../testing/room-world.ts";
import { startTestApi, type TestApi } from "../../testing/start-test-api.ts";

let api: TestApi;
let world: RoomWorld;

beforeAll(async () => {
  api = await startTestApi();
  world = await createRoomWorld(api);
}, 60_000);
afterAll(async () => {
  await world[Symbol.asyncDispose]();
  await api[Symbol.asyncDispose]();
});

const typesOf = async (roomId: string) => (await world.events(roomId)).map((event) => event.type);

describe("creating a room", () => {
  test("gives its view, and an event by its host", async () => {
    const host = await world.person();
    const room = await host.client.rooms.create.mutate({ title: "  A   title ", description: "What for" });
    expect(room).toEqual({
      id: expect.stringMatching(/^[0-9a-z]{8,32}$/),
      title: "A title",
      description: "What for",
      visibility: "public",
      status: "idle",
      host: { id: host.id, name: host.name },
      sessionId: null,
      startedAtMs: null,
      viewers: 0,
      slowModeMs: 0,
      followersOnly: false,
      cover: null,
      memberList: false,
      coverHue: expect.any(Number),
      createdAtMs: expect.any(Number),
      viewerRole: "host",
      following: false,
    });
    expect(await host.client.rooms.mine.query()).toEqual([room]);
    const [created] = await world.events(room.id);
    expect(created).toMatchObject({
      type: "room.created",
      by: { id: host.id, name: host.name, role: "host" },
      data: { face: { title: "A title", visibility: "public" } },
    });
    expect(JSON.stringify(created)).not.toContain("createdAtMs");
  });

  test("needs a log-in, a title, and a password exactly when it is private", async () => {
    const host = await world.person();
    const refused = (input: Parameters<typeof host.client.rooms.create.mutate>[0]) =>
      failureOf(host.client.rooms.create.mutate(input));
    expect(await failureOf(api.client().rooms.create.mutate({ title: "x" }))).toMatchObject({
      code: "unauthenticated",
      status: 401,
    });
    for (const input of [
      { title: "" },
      { title: "x".repeat(81) },
      { title: "x", description: "y".repeat(501) },
      { title: "x\u202E" },
      { title: "x", visibility: "private" as const },
      { title: "x", password: "secret" },
      { title: "x", visibility: "private" as const, password: "abc" },
    ]) {
      expect(await refused(input)).toMatchObject({ code: "input_invalid", status: 400 });
    }
  });
});

describe("going live", () => {
  test("opens a session; a second start is the same session and no second event", async () => {
    const host = await world.person();
    const id = await world.room(host, { live: false });
    const [first, second] = await Promise.all([
      host.client.rooms.start.mutate({ id }),
      api.client({ token: host.token }).rooms.start.mutate({ id }),
    ]);
    expect(first.status).toBe("live");
    expect(first.sessionId).not.toBeNull();
    expect(second.sessionId).toBe(first.sessionId);
    expect(await typesOf(id)).toEqual(["room.created", "room.started"]);
  });

  test("of two rooms of one host started at once on two nodes, one goes live", async () => {
    await using other = await api.startAnotherNode();
    const host = await world.person();
    const ids = [await world.room(host, { live: false }), await world.room(host, { live: false })] as const;
    const outcomes = await Promise.allSettled([
      host.client.rooms.start.mutate({ id: ids[0] }),
      other.client({ token: host.token }).rooms.start.mutate({ id: ids[1] }),
    ]);
    const refused = outcomes.filter((outcome) => outcome.status === "rejected");
    expect(refused).toHaveLength(1);
    expect(await failureOf(Promise.reject(refused[0]?.reason))).toMatchObject({
      code: "already_live",
      status: 409,
    });
    const live = (await host.client.rooms.mine.query()).filter((room) => room.status === "live");
    expect(live).toHaveLength(1);
    const started = [...(await typesOf(ids[0])), ...(await typesOf(ids[1]))];
    expect(started.filter((type) => type === "room.started")).toHaveLength(1);
  });

  test("two hosts go live at the same time without getting in each other's way", async () => {
    const hosts = [await world.person(), await world.person()];
    const ids = await Promise.all(hosts.map((host) => world.room(host)));
    for (const id of ids) {
      expect(await api.client().rooms.get.query({ id })).toMatchObject({ status: "live" });
    }
  });

  test("ends once; each start is a session of its own", async () => {
    const host = await world.person();
    const id = await world.room(host);
    const { sessionId: first } = await host.client.rooms.get.query({ id });
    expect(await host.client.rooms.end.mutate({ id })).toMatchObject({ status: "idle", sessionId: null });
    expect(await failureOf(host.client.rooms.end.mutate({ id }))).toMatchObject({
      code: "room_not_live",
      status: 409,
    });
    const { sessionId: second } = await host.client.rooms.start.mutate({ id });
    expect(second).not.toBe(first);
    const { items, nextCursor } = await api.client().rooms.sessions.query({ id, limit: 1 });
    expect(items).toEqual([
      {
        id: second ?? "",
        startedAtMs: expect.any(Number),
        endedAtMs: null,
        peakViewers: 0,
        uniqueViewers: 0,
        messages: 0,
        archive: "missing",
      },
    ]);
    const rest = await api.client().rooms.sessions.query({ id, limit: 1, cursor: nextCursor ?? "" });
    expect(rest.items).toMatchObject([{ id: first ?? "", endedAtMs: expect.any(Number) }]);
    expect(rest.nextCursor).toBeNull();
    const times = (await world.events(id)).map((event) => event.at);
    expect(times).toEqual(times.toSorted((a, b) => a - b));
  });
});

describe("a stranger", () => {
  test("can't change, start, end, delete a room, nor see or rotate its key", async () => {
    const [host, stranger] = [await world.person(), await world.person()];
    const id = await world.room(host);
    const attempts = [
      stranger.client.rooms.update.mutate({ id, title: "mine" }),
      stranger.client.rooms.start.mutate({ id }),
      stranger.client.rooms.end.mutate({ id }),
      stranger.client.rooms.delete.mutate({ id }),
      stranger.client.rooms.streamKey.query({ id }),
      stranger.client.rooms.rotateStreamKey.mutate({ id }),
      stranger.client.rooms.moderation.query({ id }),
      stranger.client.rooms.setBlockedWords.mutate({ id, words: [] }),
      stranger.client.rooms.setModerator.mutate({ id, userName: stranger.name, moderator: true }),
      stranger.client.rooms.mute.mutate({ id, userId: host.id, minutes: null }),
      stranger.client.rooms.unban.mutate({ id, userId: stranger.id }),
    ];
    for (const failure of await Promise.all(attempts.map(failureOf))) {
      expect(failure).toMatchObject({ code: "forbidden", status: 403 });
    }
    expect(await typesOf(id)).toEqual(["room.created", "room.started"]);
    const anonymous = api.client();
    expect(await failureOf(anonymous.rooms.end.mutate({ id }))).toMatchObject({ code: "unauthenticated" });
    expect(await failureOf(anonymous.rooms.streamKey.query({ id }))).toMatchObject({
      code: "unauthenticated",
    });
  });

  test.each(["unlisted", "private"] as const)(
    "can't tell an %s room from none by trying to change it",
    async (visibility) => {
      const [host, stranger] = [await world.person(), await world.person()];
      const password = visibility === "private" ? { password: "secret" } : {};
      const { id } = await host.client.rooms.create.mutate({ title: "hidden", visibility, ...password });
      const answers = async (roomId: string) => [
        await failureOf(stranger.client.rooms.start.mutate({ id: roomId })),
        await failureOf(stranger.client.rooms.streamKey.query({ id: roomId })),
        await failureOf(stranger.client.rooms.moderation.query({ id: roomId })),
        await failureOf(stranger.client.rooms.mute.mutate({ id: roomId, userId: host.id, minutes: 1 })),
      ];
      const hidden = await answers(id);
      expect(hidden).toEqual(await answers("nosuchroom00"));
      expect(hidden[0]).toMatchObject({ code: "room_not_found", status: 404 });
    },
  );
});

describe("a stream key", () => {
  test("is 48 random characters, and rotating it leaves nothing of the old one", async () => {
    const host = await world.person();
    const id = await world.room(host);
    const { key: old } = await host.client.rooms.streamKey.query({ id });
    expect(old).toMatch(/^[0-9A-Za-z]{48}$/);
    const { key } = await host.client.rooms.rotateStreamKey.mutate({ id });
    expect(key).toMatch(/^[0-9A-Za-z]{48}$/);
    expect(key).not.toBe(old);
    expect(await host.client.rooms.streamKey.query({ id })).toEqual({ key });
    expect(await api.sql`select id from rooms where stream_key = ${old}`).toHaveLength(0);
    expect(JSON.stringify(await world.events(id))).not.toContain(key);
    expect(await typesOf(id)).toContain("room.key_rotated");
  });
});

describe("changing a room", () => {
  test("changes what was given, keeps the rest, and tells it in an event", async () => {
    const host = await world.person();
    const id = await world.room(host);
    const changed = await host.client.rooms.update.mutate({ id, slowModeMs: 5_000, followersOnly: true });
    expect(changed).toMatchObject({ slowModeMs: 5_000, followersOnly: true, status: "live" });
    const face = (await world.events(id)).at(-1);
    expect(face).toMatchObject({
      type: "room.updated",
      data: { face: { title: changed.title, slowModeMs: 5_000, followersOnly: true } },
    });
  });

  test("limits of what is shown stay until they are taken back, whatever else changes", async () => {
    const host = await world.person();
    const id = await world.room(host);
    const { update } = host.client.rooms;
    const limits = { desktopPerSecond: 60, smallPerSecond: 10 };
    const faceNow = async () => (await world.events(id)).at(-1)?.data;
    await update.mutate({ id, limits });
    expect(await faceNow()).toMatchObject({ face: { limits } });
    await update.mutate({ id, slowModeMs: 1_000 });
    expect(await faceNow()).toMatchObject({ face: { limits, slowModeMs: 1_000 } });
    const tooMuch = update.mutate({ id, limits: { ...limits, desktopPerSecond: 5_000 } });
    expect(await failureOf(tooMuch)).toMatchObject({ code: "input_invalid" });
    await update.mutate({ id, limits: null });
    expect(JSON.stringify(await faceNow())).not.toContain("desktopPerSecond");
  });

  test("a private room, and no other, has a password; its hash is in no answer and no event", async () => {
    const host = await world.person();
    const id = await world.room(host, { live: false });
    const { update } = host.client.rooms;
    expect(await failureOf(update.mutate({ id, visibility: "private" }))).toMatchObject({
      code: "input_invalid",
    });
    expect(await failureOf(update.mutate({ id, password: "secret" }))).toMatchObject({
      code: "input_invalid",
    });
    const room = await update.mutate({ id, visibility: "private", password: "secret" });
    const [stored] = await api.sql`select password_hash from rooms where id = ${id}`;
    expect(stored.password_hash).toStartWith("$argon2id$");
    expect(JSON.stringify([room, await world.events(id)])).not.toContain("argon2");
    await update.mutate({ id, visibility: "public" });
    const [open] = await api.sql`select password_hash from rooms where id = ${id}`;
    expect(open.password_hash).toBeNull();
  });
});

describe("deleting a room", () => {
  test("is refused while it is live, and afterwards leaves nothing but its last event", async () => {
    const [host, friend] = [await world.person(), await world.person()];
    const id = await world.room(host);
    await host.client.rooms.setModerator.mutate({ id, userName: friend.name, moderator: true });
    expect(await failureOf(host.client.rooms.delete.mutate({ id }))).toMatchObject({ code: "room_live" });
    await host.client.rooms.end.mutate({ id });
    expect(await host.client.rooms.delete.mutate({ id })).toEqual({ ok: true });
    expect(await failureOf(host.client.rooms.get.query({ id }))).toMatchObject({
      code: "room_not_found",
      status: 404,
    });
    expect(await failureOf(host.client.rooms.delete.mutate({ id }))).toMatchObject({
      code: "room_not_found",
    });
    expect(await api.sql`select id from room_sessions where room_id = ${id}`).toHaveLength(0);
    expect(await api.sql`select room_id from room_moderators where room_id = ${id}`).toHaveLength(0);
    expect((await typesOf(id)).at(-1)).toBe("room.deleted");
  });
});

describe("the list", () => {
  test("shows public rooms in pages, live ones first, and finds them by title or host", async () => {
    const host = await world.person();
    for (const title of ["aaa 100%", "bbb 100", "ccc"]) await host.client.rooms.create.mutate({ title });
    const live = await world.room(host);
    await host.client.rooms.create.mutate({ title: "ddd", visibility: "unlisted" });
    const { list } = api.client().rooms;
    const first = await list.query({ q: host.name, limit: 2 });
    expect(first.items[0]?.id).toBe(live);
    const second = await list.query({ q: host.name, limit: 2, cursor: first.nextCursor ?? "" });
    expect(second.nextCursor).toBeNull();
    const titles = [...first.items, ...second.items].map((room) => room.title);
    expect(titles.slice(1)).toEqual(["ccc", "bbb 100", "aaa 100%"]);
    expect((await list.query({ q: "100%" })).items.map((room) => room.title)).toEqual(["aaa 100%"]);
    expect((await list.query({ q: "aaa_100" })).items).toEqual([]);
  });

  test("a cursor that we did not write is refused", async () => {
    const { list, sessions } = api.client().rooms;
    const id = await world.room(await world.person());
    for (const cursor of ["", "x", "eyJsaXZlIjp0cnVlfQ", "%%%"]) {
      const refused = { code: "cursor_malformed", status: 400 };
      expect(await failureOf(list.query({ cursor }))).toMatchObject(refused);
      expect(await failureOf(sessions.query({ id, cursor }))).toMatchObject(refused);
    }
    expect(await failureOf(list.query({ limit: 61 }))).toMatchObject({ code: "input_invalid" });
  });
});

describe("a private room", () => {
  async function privateRoom() {
    const host = await world.person();
    const { id } = await host.client.rooms.create.mutate({
      title: "private",
      visibility: "private",
      password: "open sesame",
    });
    return { host, id };
  }

  test("opens for its host, its moderators and the right password", async () => {
    const { host, id } = await privateRoom();
    const [moderator, guest] = [await world.person(), await world.person()];
    await host.client.rooms.setModerator.mutate({ id, userName: moderator.name, moderator: true });
    expect(await host.client.rooms.get.query({ id })).toMatchObject({ viewerRole: "host" });
    expect(await moderator.client.rooms.get.query({ id })).toMatchObject({ viewerRole: "moderator" });
    const refused = { code: "room_password_wrong", status: 403 };
    for (const client of [guest.client, api.client()]) {
      expect(await failureOf(client.rooms.get.query({ id }))).toMatchObject(refused);
      expect(await failureOf(client.rooms.get.query({ id, password: "wrong" }))).toMatchObject(refused);
      expect(await failureOf(client.rooms.ticket.mutate({ id }))).toMatchObject(refused);
      expect(await failureOf(client.rooms.sessions.query({ id }))).toMatchObject(refused);
      expect(await failureOf(client.messages.history.query({ room: id }))).toMatchObject(refused);
      const ticket = await client.rooms.ticket.mutate({ id, password: "open sesame" });
      expect(ticket).toEqual({
        ticket: expect.stringMatching(/^[\w-]+\.[\w-]+$/),
        expiresAtMs: expect.any(Number),
        realtimeUrl: "http://realtime.test",
      });
    }
    // Who is logged in and knew the password need not say it again, on no node.
    await using other = await api.startAnotherNode();
    expect(await other.client({ token: guest.token }).rooms.get.query({ id })).toMatchObject({ id });
    expect(await failureOf(api.client().rooms.get.query({ id }))).toMatchObject(refused);
  }, 20_000);

  test("has to be opened again once its password was changed", async () => {
    const { host, id } = await privateRoom();
    const guest = await world.person();
    await guest.client.rooms.get.query({ id, password: "open sesame" });
    await guest.client.rooms.get.query({ id });
    await host.client.rooms.update.mutate({ id, password: "something else" });
    expect(await failureOf(guest.client.rooms.get.query({ id }))).toMatchObject({
      code: "room_password_wrong",
    });
  });

  test("is not opened by guessing: one address gets ten tries, whoever it says it is", async () => {
    const { id } = await privateRoom();
    const guesses = await Promise.all(
      Array.from({ length: 14 }, (_, index) =>
        failureOf(api.client().rooms.get.query({ id, password: `guess ${index}` })),
      ),
    );
    const limited = guesses.filter((failure) => failure.code === "rate_limited");
    expect(limited.length).toBeGreaterThanOrEqual(3);
    expect(limited[0]?.retryAfterMs).toBeGreaterThan(0);
    expect(guesses.filter((failure) => failure.code === "room_password_wrong").length).toBeGreaterThanOrEqual(
      10,
    );
  }, 20_000);

  test("an unknown room is room_not_found", async () => {
    const failure = await failureOf(api.client().rooms.get.query({ id: "nosuchroom00" }));
    expect(failure).toMatchObject({ code: "room_not_found", status: 404 });
    expect(await failureOf(api.client().rooms.ticket.mutate({ id: "nosuchroom00" }))).toMatchObject({
      code: "room_not_found",
    });
    expect(await failureOf(api.client().rooms.get.query({ id: "../../x" }))).toMatchObject({
      code: "input_invalid",
    });
  });
});
