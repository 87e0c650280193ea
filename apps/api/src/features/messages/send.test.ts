import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { waitFor } from "@barrage/testkit";
import { RedisClient } from "bun";
import { failureOf } from "../../testing/api-client.ts";
import { createRoomWorld, type Person, type RoomWorld } from "../../testing/room-world.ts";
import { startTestApi, type TestApi, type TestNode } from "../../testing/start-test-api.ts";

let api: TestApi;
let other: TestNode;
let world: RoomWorld;

beforeAll(async () => {
  api = await startTestApi();
  other = await api.startAnotherNode();
  world = await createRoomWorld(api);
}, 60_000);
afterAll(async () => {
  await world[Symbol.asyncDispose]();
  await other[Symbol.asyncDispose]();
  await api[Symbol.asyncDispose]();
});

async function people() {
  const [host, viewer] = [await world.person(), await world.person()];
  return { host, viewer, room: await world.room(host) };
}

const say = ({ client }: Person, room: string, ...[text = "hello", key = world.key()]: string[]) =>
  client.messages.send.mutate({ room, text, key });

const onOtherNode = ({ token }: Person) => other.client({ token });

async function emptyRedis(): Promise<void> {
  const redis = new RedisClient(api.redis.url);
  await redis.send("FLUSHALL", []);
  redis.close();
}

describe("a danmaku", () => {
  test("is in the room log, as it was sent and by whom, when the answer comes", async () => {
    const { viewer, room } = await people();
    const before = Date.now();
    const sent = await viewer.client.messages.send.mutate({
      room,
      text: "  ｈｉ  there ",
      color: "#ff0080",
      mode: "top",
      key: world.key(),
      mediaMs: 12_345,
    });
    const event = (await world.logged(room)).at(-1);
    expect(event?.at).toBeGreaterThanOrEqual(before);
    expect(sent.at).toBe(event?.at ?? 0);
    expect(sent.cursor).toMatch(/^[0-9a-z]+-[0-9]+$/);
    const { sessionId } = await viewer.client.rooms.get.query({ id: room });
    expect(event).toEqual({
      v: 1,
      type: "danmaku.sent",
      room,
      at: sent.at,
      mediaMs: 12_345,
      by: { id: viewer.id, name: viewer.name, role: "viewer" },
      data: { id: sent.id, session: sessionId ?? "", text: "hi there", color: "#ff0080", mode: "top" },
    });
  });

  test("carries its sender's role", async () => {
    const { host, viewer, room } = await people();
    await host.client.rooms.setModerator.mutate({ id: room, userName: viewer.name, moderator: true });
    await say(host, room);
    await say(viewer, room);
    const roles = (await world.logged(room)).map((event) => event.by?.role);
    expect(roles.slice(-2)).toEqual(["host", "moderator"]);
  });
});

test("gifts and super messages are events of their own", async () => {
  const { viewer, room } = await people();
  await viewer.client.messages.gift.mutate({ room, gift: "rocket", count: 3, key: world.key() });
  await viewer.client.messages.superMessage.mutate({ room, text: "x".repeat(200), key: world.key() });
  const [gift, superMessage] = (await world.logged(room)).slice(-2);
  expect(gift).toMatchObject({ type: "gift.sent", data: { gift: "rocket", count: 3 } });
  expect(superMessage).toMatchObject({ type: "super.sent", data: { text: "x".repeat(200) } });
});

test("no client can choose an event's type, sender, time, id or session", async () => {
  const { viewer, room } = await people();
  const forged = {
    room,
    text: "you won",
    key: world.key(),
    type: "lottery.drawn",
    v: 2,
    at: 1,
    by: { id: "admin0000", name: "admin", role: "host" },
    data: { winners: [viewer.id] },
    id: "forged000000",
    session: "forged000000",
    draft: { type: "room.ended" },
  };
  const sent = await viewer.client.messages.send.mutate(forged);
  const event = (await world.logged(room)).at(-1);
  expect(sent.id).not.toBe(forged.id);
  expect(event).toMatchObject({
    type: "danmaku.sent",
    v: 1,
    at: sent.at,
    by: { id: viewer.id, role: "viewer" },
  });
  expect(JSON.stringify(event)).not.toContain("winners");
  expect(JSON.stringify(event)).not.toContain("forged");
  expect(sent.at).toBeGreaterThan(1);
});

describe("the gates", () => {
  const refusal = async (call: Promise<unknown>) => failureOf(call);

  test("who is not logged in can't send", async () => {
    const { room } = await people();
    const call = api.client().messages.send.mutate({ room, text: "x", key: world.key() });
    expect(await refusal(call)).toMatchObject({ code: "unauthenticated", status: 401 });
  });

  test("a room has to exist and to be live", async () => {
    const { host, viewer, room } = await people();
    expect(await refusal(say(viewer, "nosuchroom00"))).toMatchObject({ code: "room_not_found", status: 404 });
    await host.client.rooms.end.mutate({ id: room });
    expect(await refusal(say(viewer, room))).toMatchObject({ code: "room_not_live", status: 409 });
    await host.client.rooms.start.mutate({ id: room });
    await say(viewer, room);
  });

  test("a start on one node opens the room on another at once, an end shuts it soon", async () => {
    const { host, viewer, room } = await people();
    const there = onOtherNode(viewer);
    await host.client.rooms.end.mutate({ id: room });
    const send = () => there.messages.send.mutate({ room, text: "x", key: world.key() });
    expect(await refusal(send())).toMatchObject({ code: "room_not_live" });
    await host.client.rooms.start.mutate({ id: room });
    await send();
    await host.client.rooms.end.mutate({ id: room });
    await waitFor(async () => (await refusal(send())).code === "room_not_live");
  });

  test("muted and banned users can't write, until their time is over", async () => {
    const { host, viewer, room } = await people();
    const { rooms } = host.client;
    const target = { id: room, userId: viewer.id };
    await rooms.mute.mutate({ ...target, minutes: 2 });
    const timed = await refusal(say(viewer, room));
    expect(timed).toMatchObject({ code: "user_muted", status: 403 });
    expect(timed.retryAfterMs).toBeGreaterThan(110_000);
    expect(timed.retryAfterMs).toBeLessThanOrEqual(120_000);
    await rooms.mute.mutate({ ...target, minutes: null });
    expect((await refusal(say(viewer, room))).retryAfterMs).toBeUndefined();
    await rooms.ban.mutate({ ...target, minutes: null });
    expect(await refusal(say(viewer, room))).toMatchObject({ code: "user_banned", status: 403 });
    expect(await refusal(viewer.client.rooms.ticket.mutate({ id: room }))).toMatchObject({
      code: "user_banned",
    });
    await rooms.unban.mutate(target);
    expect(await refusal(say(viewer, room))).toMatchObject({ code: "user_muted" });
    // The clock ends a sanction, with no word from anybody.
    const until = new Date(Date.now() + 400);
    await api.sql`update room_sanctions set until = ${until} where room_id = ${room}`;
    await waitFor(async () => {
      const [outcome] = await Promise.allSettled([say(viewer, room, "free")]);
      return outcome?.status === "fulfilled";
    });
    expect(Date.now()).toBeGreaterThanOrEqual(until.getTime());
  }, 20_000);

  test("nobody is refused for what is over, even when the word of it was lost", async () => {
    const { host, viewer, room } = await people();
    await host.client.rooms.mute.mutate({ id: room, userId: viewer.id, minutes: null });
    expect(await refusal(say(viewer, room))).toMatchObject({ code: "user_muted" });
    // As another node would, without telling this one; what is remembered here would hold for three seconds.
    await api.sql`delete from room_sanctions where room_id = ${room}`;
    const isSent = async () => (await Promise.allSettled([say(viewer, room)]))[0]?.status === "fulfilled";
    await waitFor(isSent, { deadlineMs: 1_500 });
  });

  test("followers-only lets followers, moderators and the host write", async () => {
    const { host, viewer, room } = await people();
    await host.client.rooms.update.mutate({ id: room, followersOnly: true });
    expect(await refusal(say(viewer, room))).toMatchObject({ code: "followers_only", status: 403 });
    await viewer.client.users.follow.mutate({ userId: host.id });
    await say(viewer, room);
    await say(host, room);
  });

  test("slow mode holds viewers back, whatever node they use, and a refused message takes no turn", async () => {
    const { host, viewer, room } = await people();
    await host.client.rooms.update.mutate({ id: room, slowModeMs: 60_000 });
    await host.client.rooms.setBlockedWords.mutate({ id: room, words: ["spoiler"] });
    expect(await refusal(say(viewer, room, "a spoiler"))).toMatchObject({
      code: "word_blocked",
      status: 422,
    });
    expect(await refusal(say(viewer, room, "\u0007"))).toMatchObject({ code: "text_invalid", status: 400 });
    await say(viewer, room);
    for (const client of [viewer.client, onOtherNode(viewer)]) {
      const slow = await refusal(client.messages.send.mutate({ room, text: "again", key: world.key() }));
      expect(slow).toMatchObject({ code: "slow_mode", status: 429 });
      expect(slow.retryAfterMs).toBeGreaterThan(50_000);
      expect(slow.retryAfterMs).toBeLessThanOrEqual(60_000);
    }
    await say(host, room);
    await say(host, room);
    await host.client.rooms.update.mutate({ id: room, slowModeMs: 0 });
    await say(viewer, room);
  });

  test.each([
    ["an empty text", ""],
    ["spaces", " \u3000 "],
    ["101 code points", "x".repeat(101)],
    ["a text that grows beyond 100 in its normal form", "\uFDFA".repeat(20)],
    ["a bell", "a\u0007b"],
    ["a bidi override", "a\u202Eb"],
    ["a lone surrogate", "a\uD800"],
  ])("%s is text_invalid", async (_, text) => {
    const { viewer, room } = await people();
    expect(await refusal(say(viewer, room, text))).toMatchObject({ code: "text_invalid", status: 400 });
  });

  test("malformed fields are input_invalid, with what is wrong", async () => {
    const { viewer, room } = await people();
    const key = world.key();
    const { send, gift } = viewer.client.messages;
    const faults = await Promise.all([
      refusal(send.mutate({ room: "rooms.>", text: "x", key })),
      refusal(send.mutate({ room, text: "x", key: "short" })),
      refusal(send.mutate({ room, text: "x", key, color: "red" })),
      refusal(send.mutate({ room, text: "x", key, mediaMs: -1 })),
      refusal(gift.mutate({ room, gift: "heart", count: 100, key })),
    ]);
    const paths = faults.map(({ code, issues }) => `${code} ${issues?.[0]?.path}`);
    expect(paths).toEqual(
      ["room", "key", "color", "mediaMs", "count"].map((path) => `input_invalid ${path}`),
    );
  });

  test("a viewer may send three at once and then one a second; a host more", async () => {
    const { host, viewer, room } = await people();
    for (let index = 0; index < 3; index++) await say(viewer, room);
    const limited = await refusal(say(viewer, room));
    expect(limited).toMatchObject({ code: "rate_limited", status: 429 });
    expect(limited.retryAfterMs).toBeGreaterThan(0);
    expect(limited.retryAfterMs).toBeLessThanOrEqual(1_000);
    await Bun.sleep(limited.retryAfterMs ?? 0);
    await say(viewer, room);
    for (let index = 0; index < 3; index++) await say(host, room);
    expect((await refusal(say(host, room))).retryAfterMs).toBeLessThanOrEqual(334);
  });

  test("a private room is written to only by those who may be there", async () => {
    const { host, viewer, room } = await people();
    await host.client.rooms.update.mutate({ id: room, visibility: "private", password: "secret" });
    expect(await refusal(say(viewer, room))).toMatchObject({ code: "room_password_wrong", status: 403 });
    await viewer.client.rooms.ticket.mutate({ id: room, password: "secret" });
    await say(viewer, room);
    await say(host, room);
  });
});

describe("an idempotency key", () => {
  const countOf = async (room: string) =>
    (await world.logged(room)).filter((event) => event.type === "danmaku.sent").length;

  test("used again gives the same answer, on every node, with the bucket empty and the room ended", async () => {
    const { host, viewer, room } = await people();
    const key = world.key();
    const sent = await say(viewer, room, "once", key);
    for (let index = 0; index < 2; index++) await say(viewer, room);
    expect(await failureOf(say(viewer, room))).toMatchObject({ code: "rate_limited" });
    expect(await say(viewer, room, "once", key)).toEqual(sent);
    const again = { room, text: "once", key };
    expect(await onOtherNode(viewer).messages.send.mutate(again)).toEqual(sent);
    await host.client.rooms.end.mutate({ id: room });
    expect(await say(viewer, room, "once", key)).toEqual(sent);
    expect(await countOf(room)).toBe(3);
  });

  test("used many times at once, on two nodes, is one message, one charge and one answer", async () => {
    const { host, viewer, room } = await people();
    // Two of three tokens are gone, and slow mode leaves one turn: whoever charged twice would be refused.
    for (let index = 0; index < 2; index++) await say(viewer, room);
    await host.client.rooms.update.mutate({ id: room, slowModeMs: 60_000 });
    const message = { room, text: "at once", key: world.key() };
    const clients = Array.from({ length: 10 }, (_, index) =>
      index % 2 === 0 ? api.client({ token: viewer.token }) : onOtherNode(viewer),
    );
    const answers = await Promise.all(clients.map((client) => client.messages.send.mutate(message)));
    expect(new Set(answers.map((answer) => JSON.stringify(answer))).size).toBe(1);
    expect(await countOf(room)).toBe(3);
  });

  test("is known to the room log when Redis was emptied in between", async () => {
    const { viewer, room } = await people();
    const key = world.key();
    const sent = await say(viewer, room, "remember me", key);
    await emptyRedis();
    expect(await onOtherNode(viewer).messages.send.mutate({ room, text: "remember me", key })).toEqual(sent);
    await emptyRedis();
    expect(await failureOf(say(viewer, room, "something else", key))).toMatchObject({ code: "key_reused" });
    expect(await countOf(room)).toBe(1);
  });

  test("used for something else is key_reused; another user's or room's same key is another message", async () => {
    const { host, viewer, room } = await people();
    const key = world.key();
    const sent = await say(viewer, room, "first", key);
    expect(await failureOf(say(viewer, room, "second", key))).toMatchObject({
      code: "key_reused",
      status: 409,
    });
    const { send, gift } = viewer.client.messages;
    const others = [
      send.mutate({ room, text: "first", color: "#000000", key }),
      gift.mutate({ room, gift: "heart", key }),
    ];
    for (const failure of await Promise.all(others.map(failureOf))) {
      expect(failure).toMatchObject({ code: "key_reused" });
    }
    const byHost = await say(host, room, "first", key);
    expect(byHost.id).not.toBe(sent.id);
    const stranger = await world.person();
    const elsewhere = await say(viewer, await world.room(stranger), "first", key);
    expect(elsewhere.id).not.toBe(sent.id);
  });

  test("of a refused message is free for another try", async () => {
    const { host, viewer, room } = await people();
    await host.client.rooms.mute.mutate({ id: room, userId: viewer.id, minutes: null });
    const key = world.key();
    expect(await failureOf(say(viewer, room, "let me", key))).toMatchObject({ code: "user_muted" });
    await host.client.rooms.unmute.mutate({ id: room, userId: viewer.id });
    await say(viewer, room, "let me", key);
    expect(await countOf(room)).toBe(1);
  });
});
