import { describe, expect, test } from "bun:test";
import { closeSession, listSessions, listWatchedRooms } from "@barrage/db";
import { busTopics, newId } from "@barrage/platform";
import { waitFor } from "@barrage/testkit";
import { runJob } from "../testing/run-job.ts";
import { openWorkerWorld, type WorkerWorld } from "../testing/worker-world.ts";
import { createViewerCounter } from "./create-viewer-counter.ts";

async function counts(world: WorkerWorld, room: string) {
  return (await world.eventsOf(room)).flatMap((event) =>
    event.type === "viewers.counted" ? [event.data] : [],
  );
}

describe("viewer counter", () => {
  test("tells each change of a live room's count over all nodes, with its peak, and writes it down", async () => {
    await using world = await openWorkerWorld();
    const session = newId();
    const live = await world.newRoom(session);
    const idle = await world.newRoom();
    const said = new Map<string, number>();
    const speaking = setInterval(() => {
      for (const [node, count] of said) {
        const rooms = count > 0 ? { [live.id]: count, [idle.id]: count } : {};
        world.bus.broadcast(busTopics.presence, { node, rooms });
      }
    }, 100);
    const [one, two] = [newId(), newId()];
    said.set(one, 2).set(two, 3);
    await using _counter = runJob(
      createViewerCounter({ ...world, now: Date.now, timing: { tickMs: 300, silenceMs: 800 } }),
    );
    await waitFor(async () => (await counts(world, live.id)).length === 1);
    expect(await listWatchedRooms(world.database.orm)).toEqual([live.id]);
    said.set(one, 0);
    await waitFor(async () => (await counts(world, live.id)).length === 2);
    said.clear();
    await waitFor(async () => (await counts(world, live.id)).length === 3, { deadlineMs: 12_000 });
    clearInterval(speaking);
    expect(await counts(world, live.id)).toEqual([
      { count: 5, peak: 5 },
      { count: 3, peak: 5 },
      { count: 0, peak: 5 },
    ]);
    expect(await counts(world, idle.id)).toEqual([]);
    const page = { roomId: live.id, after: undefined, limit: 1 };
    expect((await listSessions(world.database.orm, page))[0]?.peakViewers).toBe(5);
    expect(await listWatchedRooms(world.database.orm)).toEqual([]);
    await world.database.transaction((orm) =>
      closeSession(orm, { id: session, roomId: live.id, endedAt: new Date() }),
    );
  }, 40_000);
});
