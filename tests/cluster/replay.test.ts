import { expect, test } from "bun:test";
import { type ReplayPlaceItem, type RoomReplayOptions, replayRoom } from "@barrage/client";
import { connectNats, createLogger, createRoomLog, createRoomStates, newId } from "@barrage/platform";
import type { RoomEvent } from "@barrage/protocol";
import {
  createTestDatabase,
  startApp,
  startTestNats,
  startTestRedis,
  startTestS3,
  waitFor,
} from "@barrage/testkit";

const startMs = 1_700_000_000_000;

/** A worker and a node with everything they need, and a room whose log a test writes. */
async function startPlatform() {
  await using stack = new AsyncDisposableStack();
  const [database, nats, redis, s3] = await Promise.all([
    createTestDatabase(),
    startTestNats(),
    startTestRedis(),
    startTestS3(),
  ]);
  for (const server of [database, nats, redis, s3]) stack.use(server);
  const variables = {
    DATABASE_URL: database.url,
    NATS_URL: nats.url,
    REDIS_URL: redis.url,
    TICKET_SECRET: "a-secret-for-tests-of-32-characters",
    HOST: "127.0.0.1",
    S3_ENDPOINT: s3.url,
    S3_ACCESS_KEY_ID: s3.accessKeyId,
    S3_SECRET_ACCESS_KEY: s3.secretAccessKey,
  };
  const worker = stack.use(await startApp("worker", variables));
  const node = stack.use(await startApp("realtime", variables));
  const logger = createLogger({ name: "test", level: "silent" });
  const link = await connectNats({ url: nats.url, name: "test", logger });
  stack.defer(() => link.close());
  const retention = { ageMaxMs: 0, bytesMax: 1e9, dedupeWindowMs: 600_000 };
  const log = await createRoomLog({ link, logger, retention });
  stack.defer(() => log.close());
  const room = newId();
  const states = await createRoomStates({ link, logger });
  await states.put(room, { visibility: "public", status: "live", sessionId: null, hostId: newId() });
  const owned = stack.move();
  return {
    worker,
    node,
    room,
    publish: async (event: RoomEvent) => (await log.publish(event, { messageId: newId() })).cursor.seq,
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  };
}

test("the worker archives a session, the node replays it, and the SDK gets every event at its moment", async () => {
  await using platform = await startPlatform();
  const { room, node, publish } = platform;
  const session = newId();
  const at = (offsetMs: number) => ({ v: 1, room, at: startMs + offsetMs }) as const;
  const texts = Array.from({ length: 40 }, (_, index) => `t${index}`);
  await publish({ ...at(0), type: "room.started", data: { session } });
  for (const [index, text] of texts.entries()) {
    const data = { id: newId(), session, text, color: "#ffffff", mode: "scroll" } as const;
    const by = { id: newId(), name: "somebody", role: "viewer" } as const;
    await publish({ ...at(index * 50), type: "danmaku.sent", by, data });
  }

  const replay = (options: Partial<RoomReplayOptions>) => {
    const seen: string[] = [];
    const places: ReplayPlaceItem[] = [];
    const control = replayRoom({
      url: node.url,
      room,
      session,
      view: "all",
      backoffBaseMs: 50,
      onEvent: ({ event }) => seen.push(event.type === "danmaku.sent" ? event.data.text : event.type),
      onPlace: (place) => places.push(place),
      ...options,
    });
    return { seen, places, control };
  };

  // The worker has read of the session.
  const address = `${node.url}/rooms/${room}/replay?session=${session}&until=0`;
  await waitFor(async () => (await fetch(address)).ok, { deadlineMs: 30_000 });

  // While it runs: from its beginning into live.
  const running = replay({ speed: "max" });
  await waitFor(() => running.control.phase === "live", { deadlineMs: 30_000 });
  await publish({ ...at(2_000), type: "room.ended", data: { session } });
  await waitFor(() => running.seen.at(-1) === "room.ended", { deadlineMs: 10_000 });
  expect(running.seen).toEqual(["room.started", ...texts, "room.ended"]);
  running.control.close();

  // When it has ended: paced, paused, sought, to its end.
  const ended = replay({ speed: 4 });
  const firstMs = performance.now();
  await waitFor(() => ended.seen.includes("t10"), { deadlineMs: 30_000 });
  expect(performance.now() - firstMs).toBeGreaterThan((10 * 50) / 4 - 20);
  ended.control.pause();
  await waitFor(() => ended.places.at(-1)?.isPaused);
  const before = ended.seen.length;
  ended.control.seek(1_500);
  await waitFor(() => ended.places.at(-1)?.offsetMs === 1_500);
  expect(ended.seen.slice(0, before)).toEqual(["room.started", ...texts].slice(0, before));
  ended.control.play();
  await waitFor(() => ended.control.phase === "ended", { deadlineMs: 10_000 });
  expect(ended.seen.slice(before)).toEqual([...texts.slice(30), "room.ended"]);

  // Before there is a connection, and in the middle: nothing of the place before comes any more.
  const turned = replay({ speed: 0.25 });
  turned.control.seek(500);
  turned.control.seek(1_000);
  await waitFor(() => turned.seen.length >= 2, { deadlineMs: 10_000 });
  turned.control.seek(200);
  turned.control.seek(1_950);
  const untilTurn = turned.seen.length;
  await waitFor(() => turned.control.phase === "ended", { deadlineMs: 10_000 });
  expect(turned.places[0]?.offsetMs).toBeGreaterThanOrEqual(1_000);
  expect(turned.seen).toEqual([...texts.slice(20, 20 + untilTurn), "t39", "room.ended"]);

  const nowhere = replay({ session: newId() });
  await waitFor(() => nowhere.control.phase === "closed", { deadlineMs: 10_000 });
}, 120_000);
