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

async function cast() {
  const [host, moderator, viewer] = [await world.person(), await world.person(), await world.person()];
  const id = await world.room(host);
  await host.client.rooms.setModerator.mutate({ id, userName: moderator.name, moderator: true });
  return { host, moderator, viewer, id };
}

const newEvents = async (roomId: string) => (await world.events(roomId)).slice(3);

describe("moderation", () => {
  test("shows who helps and who may not write, to host and moderators", async () => {
    const { host, moderator, viewer, id } = await cast();
    await moderator.client.rooms.mute.mutate({ id, userId: viewer.id, minutes: 5 });
    await host.client.rooms.ban.mutate({ id, userId: viewer.id, minutes: null });
    await host.client.rooms.setBlockedWords.mutate({ id, words: ["Spoiler", "spoiler", " ", "剧透"] });
    const view = await moderator.client.rooms.moderation.query({ id });
    const user = { id: viewer.id, name: viewer.name };
    expect(view).toEqual({
      moderators: [{ id: moderator.id, name: moderator.name }],
      muted: [{ user, untilMs: expect.any(Number) }],
      banned: [{ user, untilMs: null }],
      blockedWords: ["spoiler", "剧透"],
    });
    expect(await host.client.rooms.moderation.query({ id })).toMatchObject({ banned: [{ user }] });
  });

  test("every order is an event by whoever gave it; blocked words are in none", async () => {
    const { host, moderator, viewer, id } = await cast();
    const target = { id, userId: viewer.id };
    await moderator.client.rooms.mute.mutate({ ...target, minutes: 5 });
    await moderator.client.rooms.unmute.mutate(target);
    await moderator.client.rooms.unmute.mutate(target);
    await host.client.rooms.ban.mutate({ ...target, minutes: null });
    await host.client.rooms.unban.mutate(target);
    await moderator.client.rooms.setBlockedWords.mutate({ id, words: ["unspeakable"] });
    await host.client.rooms.setModerator.mutate({ id, userName: moderator.name, moderator: false });
    await host.client.rooms.setModerator.mutate({ id, userName: moderator.name, moderator: false });
    const events = await newEvents(id);
    expect(events.map((event) => [event.type, event.by?.id])).toEqual([
      ["user.muted", moderator.id],
      ["user.unmuted", moderator.id],
      ["user.banned", host.id],
      ["user.unbanned", host.id],
      ["room.updated", moderator.id],
      ["moderator.removed", host.id],
    ]);
    expect(events[0]).toMatchObject({ by: { role: "moderator" }, data: { user: { id: viewer.id } } });
    expect(JSON.stringify(events)).not.toContain("unspeakable");
  });

  test("changing the blocked words tells of the room's whole face, which stays as it was", async () => {
    const { host, moderator, id } = await cast();
    const cover = "0123456789abcdef0123456789abcdef";
    await api.sql`update rooms set cover = ${cover} where id = ${id}`;
    const limits = { desktopPerSecond: 20, smallPerSecond: 5 };
    await host.client.rooms.update.mutate({ id, description: "all of it", slowModeMs: 3_000, limits });
    await moderator.client.rooms.setBlockedWords.mutate({ id, words: ["unspeakable"] });
    const faces = (await newEvents(id)).map((event) => event.type === "room.updated" && event.data.face);
    const { title } = await host.client.rooms.get.query({ id });
    const face = {
      title,
      description: "all of it",
      visibility: "public",
      slowModeMs: 3_000,
      followersOnly: false,
      limits,
      cover,
    } as const;
    expect(faces).toEqual([face, face]);
  });

  test("goes downwards in rank only", async () => {
    const { host, moderator, viewer, id } = await cast();
    const second = await world.person();
    await host.client.rooms.setModerator.mutate({ id, userName: second.name, moderator: true });
    const mute = (by: typeof host, userId: string) => by.client.rooms.mute.mutate({ id, userId, minutes: 1 });
    const ban = (by: typeof host, userId: string) => by.client.rooms.ban.mutate({ id, userId, minutes: 1 });
    const refused = await Promise.all([
      failureOf(mute(moderator, host.id)),
      failureOf(ban(moderator, host.id)),
      failureOf(mute(moderator, second.id)),
      failureOf(ban(moderator, moderator.id)),
      failureOf(mute(host, host.id)),
      failureOf(mute(viewer, second.id)),
      failureOf(moderator.client.rooms.setModerator.mutate({ id, userName: viewer.name, moderator: true })),
      failureOf(moderator.client.rooms.update.mutate({ id, title: "mine now" })),
      failureOf(moderator.client.rooms.streamKey.query({ id })),
    ]);
    expect(refused.map(({ code }) => code)).toEqual(Array.from(refused, () => "forbidden"));
    await mute(host, second.id);
    await ban(host, moderator.id);
  });

  test("naming a moderator lifts their sanctions, and a dismissed one has no power left", async () => {
    const { host, moderator, viewer, id } = await cast();
    await host.client.rooms.mute.mutate({ id, userId: viewer.id, minutes: null });
    await host.client.rooms.setModerator.mutate({ id, userName: viewer.name.toUpperCase(), moderator: true });
    expect((await newEvents(id)).map((event) => event.type)).toEqual([
      "user.muted",
      "user.unmuted",
      "moderator.added",
    ]);
    await viewer.client.messages.send.mutate({ room: id, text: "thank you", key: world.key() });
    await host.client.rooms.setModerator.mutate({ id, userName: moderator.name, moderator: false });
    const order = moderator.client.rooms.ban.mutate({ id, userId: viewer.id, minutes: null });
    expect(await failureOf(order)).toMatchObject({ code: "forbidden" });
  });

  test("names what is wrong: unknown users, the host as a moderator, odd times and too many words", async () => {
    const { host, id } = await cast();
    const { rooms } = host.client;
    const failures = await Promise.all([
      failureOf(rooms.mute.mutate({ id, userId: "nosuchuser00", minutes: 1 })),
      failureOf(rooms.setModerator.mutate({ id, userName: "nobody_at_all", moderator: true })),
      failureOf(rooms.setModerator.mutate({ id, userName: host.name, moderator: true })),
      failureOf(rooms.mute.mutate({ id, userId: "nosuchuser00", minutes: 0 })),
      failureOf(rooms.setBlockedWords.mutate({ id, words: Array.from({ length: 201 }, () => "w") })),
      failureOf(rooms.mute.mutate({ id: "nosuchroom00", userId: host.id, minutes: 1 })),
    ]);
    expect(failures.map(({ code }) => code)).toEqual([
      "user_not_found",
      "user_not_found",
      "input_invalid",
      "input_invalid",
      "input_invalid",
      "room_not_found",
    ]);
  });
});
