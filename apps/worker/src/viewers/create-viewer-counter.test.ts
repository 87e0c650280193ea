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
    const unique = new Map<string, number>();
    const speaking = setInterval(() => {
      for (const [node, count] of said) {
        const rooms = count > 0 ? { [live.id]: count, [idle.id]: count } : {};
        world.bus.broadcast(busTopics.presence, {
          node,
          rooms,
          uniques: { [session]: unique.get(node) ?? 0 },
        });
      }
    }, 100);
    const [one, two] = [newId(), newId()];
    said.set(one, 2).set(two, 3);
    // Each node knows of all nodes; the second spoke with Redis last.
    unique.set(one, 6).set(two, 8);
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
    const ofSession = async () => (await listSessions(world.database.orm, page))[0];
    expect(await ofSession()).toMatchObject({ peakViewers: 5, uniqueViewers: 8 });
    expect(await listWatchedRooms(world.database.orm)).toEqual([]);
    await world.database.transaction((orm) =>
      closeSession(orm, { id: session, roomId: live.id, endedAt: new Date() }),
    );
    // Who came at the last moment is counted after the end; a Redis that forgot takes nothing away.
    world.bus.broadcast(busTopics.presence, { node: one, rooms: {}, uniques: { [session]: 9 } });
    await waitFor(async () => (await ofSession())?.uniqueViewers === 9);
    world.bus.broadcast(busTopics.presence, { node: one, rooms: {}, uniques: { [session]: 1 } });
    await Bun.sleep(700);
    expect(await ofSession()).toMatchObject({ uniqueViewers: 9 });
  }, 40_000);
});
