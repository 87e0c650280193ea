import { expect, test } from "bun:test";
import { migrateDatabase } from "@barrage/db";
import { startTestPostgres, waitFor } from "@barrage/testkit";
import { failureOf } from "../../testing/api-client.ts";
import { createRoomWorld, type Person } from "../../testing/room-world.ts";
import { startTestApi } from "../../testing/start-test-api.ts";

const send = (person: Person, room: string, key: string) =>
  person.client.messages.send.mutate({ room, text: "hello", key });

test("while NATS is down a send fails within 5 s, and with the same key it is stored once when NATS is back", async () => {
  await using api = await startTestApi();
  await using world = await createRoomWorld(api);
  const [host, viewer] = [await world.person(), await world.person()];
  const room = await world.room(host);
  await host.client.rooms.update.mutate({ id: room, slowModeMs: 120_000 });
  const key = world.key();
  await api.nats.kill();
  const startedAt = performance.now();
  const failure = await failureOf(send(viewer, room, key));
  expect(performance.now() - startedAt).toBeLessThan(5_000);
  expect(failure).toMatchObject({ code: "log_unavailable", status: 503, retryAfterMs: expect.any(Number) });
  // Rooms go on changing: their events wait in the outbox.
  expect((await host.client.rooms.update.mutate({ id: room, title: "still here" })).title).toBe("still here");
  await api.nats.start();
  const sent = await waitFor(() => send(viewer, room, key), { deadlineMs: 15_000 });
  // The first attempt's turn in slow mode is this message's own: the retry was let through, another is not.
  expect(await failureOf(send(viewer, room, world.key()))).toMatchObject({ code: "slow_mode" });
  expect(await send(viewer, room, key)).toEqual(sent);
  const stored = await waitFor(() => world.logged(room));
  expect(stored.filter((event) => event.type === "danmaku.sent")).toHaveLength(1);
}, 60_000);

test("while Redis is down messages are sent, once each, and limits hold on each node", async () => {
  await using api = await startTestApi();
  await using world = await createRoomWorld(api);
  await using other = await api.startAnotherNode();
  const [host, viewer] = [await world.person(), await world.person()];
  const room = await world.room(host);
  const key = world.key();
  const before = await send(viewer, room, key);
  await api.redis.kill();
  const there = other.client({ token: viewer.token });
  const again = { room, text: "hello", key };
  expect(await send(viewer, room, key)).toEqual(before);
  expect(await there.messages.send.mutate(again)).toEqual(before);
  const next = { room, text: "at once", key: world.key() };
  const twice = await Promise.all([
    viewer.client.messages.send.mutate(next),
    there.messages.send.mutate(next),
  ]);
  expect(twice[0]).toEqual(twice[1]);
  const stored = (await world.logged(room)).filter((event) => event.type === "danmaku.sent");
  expect(stored).toHaveLength(2);
  // This node's own bucket holds three: the same key many times, at once and one after the other, takes one.
  const third = { room, text: "third", key: world.key() };
  const answers = await Promise.all(
    Array.from({ length: 6 }, () => api.client({ token: viewer.token }).messages.send.mutate(third)),
  );
  for (let i = 0; i < 6; i++) answers.push(await viewer.client.messages.send.mutate(third));
  expect(new Set(answers.map((answer) => answer.cursor)).size).toBe(1);
  // Three, and what comes in while they are sent; the twenty here would take a bucket that is not there.
  const outcomes = await Promise.allSettled(
    Array.from({ length: 20 }, () =>
      api.client({ token: host.token }).messages.send.mutate({ ...next, key: world.key() }),
    ),
  );
  const refusals = outcomes.filter((outcome) => outcome.status === "rejected");
  expect(refusals.length).toBeGreaterThan(0);
  expect(await failureOf(Promise.reject(refusals[0]?.reason))).toMatchObject({ code: "rate_limited" });
  await host.client.rooms.update.mutate({ id: room, slowModeMs: 60_000 });
  const newcomer = await world.person();
  await send(newcomer, room, world.key());
  expect(await failureOf(send(newcomer, room, world.key()))).toMatchObject({ code: "slow_mode" });
}, 60_000);

test("while Postgres is down a live room goes on, and what needs Postgres fails clearly", async () => {
  await using postgres = await startTestPostgres();
  await migrateDatabase(postgres.url);
  await using api = await startTestApi({ DATABASE_URL: postgres.url });
  await using world = await createRoomWorld(api);
  const [host, viewer, muted] = [await world.person(), await world.person(), await world.person()];
  const room = await world.room(host);
  await host.client.rooms.update.mutate({ id: room, followersOnly: true });
  await viewer.client.users.follow.mutate({ userId: host.id });
  await host.client.rooms.mute.mutate({ id: room, userId: muted.id, minutes: null });
  await send(viewer, room, world.key());
  await send(host, room, world.key());
  expect(await failureOf(send(muted, room, world.key()))).toMatchObject({ code: "user_muted" });
  const logged = await world.logged(room);
  // In good order: the test servers don't sync, and a kill could lose what was just committed.
  await postgres.stop();
  const sent = await send(viewer, room, world.key());
  expect(sent.id).toMatch(/^[0-9a-z]+$/);
  await send(host, room, world.key());
  expect(await failureOf(send(muted, room, world.key()))).toMatchObject({ code: "user_muted" });
  expect(await world.logged(room)).toHaveLength(logged.length + 2);
  const unavailable = { code: "database_unavailable", status: 503 };
  expect(await failureOf(host.client.rooms.end.mutate({ id: room }))).toMatchObject(unavailable);
  expect(await failureOf(host.client.rooms.create.mutate({ title: "x" }))).toMatchObject(unavailable);
  await postgres.start();
  await waitFor(() => host.client.rooms.end.mutate({ id: room }), { deadlineMs: 15_000 });
  expect(await failureOf(send(viewer, room, world.key()))).toMatchObject({ code: "room_not_live" });
}, 60_000);
