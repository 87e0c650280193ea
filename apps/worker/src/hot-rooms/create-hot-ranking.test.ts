import { expect, test } from "bun:test";
import { archiveMessages, closeSession, listPublicRooms, updateViewerCounts } from "@barrage/db";
import { newId } from "@barrage/platform";
import { waitFor } from "@barrage/testkit";
import { runJob } from "../testing/run-job.ts";
import { openWorkerWorld, type WorkerWorld } from "../testing/worker-world.ts";
import { createHotRanking } from "./create-hot-ranking.ts";

async function hotRooms({ database }: WorkerWorld) {
  const page = { viewerId: null, after: undefined, order: "hot", limit: 60, search: undefined } as const;
  return (await listPublicRooms(database.orm, page)).map(({ id }) => id);
}

test("live rooms are ranked by viewers and by talk; one that ended is hot no more", async () => {
  await using world = await openWorkerWorld();
  const { orm } = world.database;
  const session = newId();
  const crowded = await world.newRoom(newId());
  const talking = await world.newRoom(session);
  const quiet = await world.newRoom(newId());
  const idle = await world.newRoom();
  await updateViewerCounts(orm, [
    { roomId: crowded.id, count: 100 },
    { roomId: talking.id, count: 60 },
    { roomId: quiet.id, count: 70 },
  ]);
  const rows = Array.from({ length: 40 }, (_, index) => {
    return {
      id: newId(),
      epoch: "e",
      seq: index + 1,
      roomId: talking.id,
      sessionId: session,
      type: "danmaku.sent" as const,
      at: new Date(),
      byId: newId(),
      byName: "somebody",
      byRole: "viewer" as const,
      data: {},
    };
  });
  await archiveMessages(orm, rows);
  await using _ranking = runJob(createHotRanking({ ...world, periodMs: 50 }));
  await waitFor(async () => (await hotRooms(world))[0] === talking.id);
  expect(await hotRooms(world)).toEqual([talking.id, crowded.id, quiet.id, idle.id]);
  await world.database.transaction((tx) =>
    closeSession(tx, { id: session, roomId: talking.id, endedAt: new Date() }),
  );
  expect((await hotRooms(world)).slice(0, 2)).toEqual([crowded.id, quiet.id]);
});
