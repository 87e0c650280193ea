import { describe, expect, test } from "bun:test";
import { appendToOutbox, listWaitingEvents } from "@barrage/db";
import { busTopics, newId } from "@barrage/platform";
import type { RoomEvent } from "@barrage/protocol";
import { seededRandom, waitFor } from "@barrage/testkit";
import { createRoomStateWriter } from "../room-states/create-room-state-writer.ts";
import { runJob } from "../testing/run-job.ts";
import { openWorkerWorld, type WorkerWorld } from "../testing/worker-world.ts";
import { createOutboxRelay } from "./create-outbox-relay.ts";

function relayIn(world: WorkerWorld) {
  return createOutboxRelay({ ...world, roomStates: createRoomStateWriter(world) });
}

function counted(room: string, count: number): RoomEvent {
  return { v: 1, type: "viewers.counted", room, at: Date.now(), data: { count, peak: count } };
}

async function append(world: WorkerWorld, events: readonly RoomEvent[]): Promise<void> {
  await world.database.transaction((orm) =>
    appendToOutbox(
      orm,
      events.map((event) => ({ messageId: newId(), event, traceparent: null })),
    ),
  );
}

async function countsOf(world: WorkerWorld, room: string): Promise<number[]> {
  return (await world.eventsOf(room)).flatMap((event) =>
    event.type === "viewers.counted" ? [event.data.count] : [],
  );
}

describe("outbox relay", () => {
  test("after a flush, what was committed before it is in the log in order, and the room's state is told", async () => {
    await using world = await openWorkerWorld();
    await using _relay = runJob(relayIn(world));
    const session = newId();
    const room = await world.newRoom(session);
    await append(
      world,
      Array.from({ length: 450 }, (_, index) => counted(room.id, index)),
    );
    const ask = { payload: {}, deadlineMs: 10_000 };
    await waitFor(() => world.bus.request(busTopics.outboxFlush, ask));
    expect(await countsOf(world, room.id)).toEqual(Array.from({ length: 450 }, (_, index) => index));
    expect(await listWaitingEvents(world.database.orm, 10)).toEqual([]);
    expect(await world.roomStates.get(room.id)).toEqual({
      visibility: "public",
      status: "live",
      sessionId: session,
      hostId: room.hostId,
    });
  }, 20_000);

  test("relays without being asked, and tells of a room that is gone", async () => {
    await using world = await openWorkerWorld();
    await using _relay = runJob(relayIn(world));
    const gone = newId();
    await world.roomStates.put(gone, {
      visibility: "public",
      status: "idle",
      sessionId: null,
      hostId: newId(),
    });
    await append(world, [{ v: 1, type: "room.deleted", room: gone, at: 1, data: {} }]);
    await waitFor(async () => (await world.eventsOf(gone)).length === 1);
    await waitFor(async () => (await world.roomStates.get(gone)) === null);
  }, 20_000);

  test("an event that can't be read or published is skipped and complained of, and holds nobody up", async () => {
    await using world = await openWorkerWorld();
    const { id } = await world.newRoom();
    const broken = { ...counted(id, 1), at: -1 };
    const impossible = counted("NO-SUCH-ID", 1);
    await append(world, [counted(id, 1), broken, impossible, counted(id, 2)]);
    await using _relay = runJob(relayIn(world));
    await waitFor(async () => (await listWaitingEvents(world.database.orm, 10)).length === 0);
    expect(await countsOf(world, id)).toEqual([1, 2]);
    expect(world.complaints.length).toBe(2);
  }, 20_000);

  test("an event whose relay crashed between publishing and marking is in the log once", async () => {
    await using world = await openWorkerWorld();
    const { id } = await world.newRoom();
    await append(world, [counted(id, 1), counted(id, 2)]);
    for (const { messageId } of await listWaitingEvents(world.database.orm, 1)) {
      await world.roomLog.publish(counted(id, 1), { messageId });
    }
    await using _relay = runJob(relayIn(world));
    await waitFor(async () => (await listWaitingEvents(world.database.orm, 1)).length === 0);
    expect(await countsOf(world, id)).toEqual([1, 2]);
  }, 20_000);

  test("each event once and in order while NATS comes and goes and relays are replaced (seeded)", async () => {
    await using world = await openWorkerWorld();
    const random = seededRandom();
    const rooms = await Promise.all(Array.from({ length: 4 }, () => world.newRoom()));
    const sent = new Map(rooms.map(({ id }) => [id, 0]));
    for (let round = 0; round < 4; round++) {
      await using _relay = runJob(relayIn(world));
      for (let step = 0; step < 15; step++) {
        const { id } = random.pick(rooms);
        const from = sent.get(id) ?? 0;
        const count = random.between(1, 20);
        await append(
          world,
          Array.from({ length: count }, (_, index) => counted(id, from + index)),
        );
        sent.set(id, from + count);
        if (step === 7 && round % 2 === 0) {
          await world.nats.kill();
          await append(world, [counted(id, from + count)]);
          sent.set(id, from + count + 1);
          await world.nats.start();
        }
      }
    }
    await using _relay = runJob(relayIn(world));
    await waitFor(async () => (await listWaitingEvents(world.database.orm, 1)).length === 0, {
      deadlineMs: 20_000,
    });
    for (const { id } of rooms) {
      const total = sent.get(id) ?? 0;
      expect(await countsOf(world, id)).toEqual(Array.from({ length: total }, (_, index) => index));
    }
  }, 60_000);
});
