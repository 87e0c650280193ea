import { describe, expect, test } from "bun:test";
import { appendToOutbox, listWaitingEvents } from "@barrage/db";
import { newId } from "@barrage/platform";
import { startApp, waitFor } from "@barrage/testkit";
import { openWorkerWorld, type WorkerWorld } from "./testing/worker-world.ts";

function startWorker(world: WorkerWorld) {
  return startApp("worker", {
    DATABASE_URL: world.databaseUrl,
    NATS_URL: world.nats.url,
    HOST: "127.0.0.1",
    ROOM_LOG_AGE_MAX_MS: "0",
    ROOM_LOG_BYTES_MAX: "1000000000",
  });
}

/** Commits an event, and resolves when it is in the log. */
async function relayOne(world: WorkerWorld): Promise<void> {
  const room = newId();
  const event = { v: 1, type: "room.deleted", room, at: 1, data: {} } as const;
  await world.database.transaction((orm) =>
    appendToOutbox(orm, [{ messageId: newId(), event, traceparent: null }]),
  );
  await waitFor(async () => (await world.eventsOf(room)).length === 1, { deadlineMs: 15_000 });
}

describe("worker", () => {
  test("is healthy, does its work, and ends cleanly when it is told to", async () => {
    await using world = await openWorkerWorld();
    await using worker = await startWorker(world);
    for (const path of ["/livez", "/readyz"]) expect((await fetch(worker.url + path)).status).toBe(200);
    expect((await fetch(`${worker.url}/`)).status).toBe(404);
    await relayOne(world);
    expect(await worker.kill("SIGTERM")).toMatchObject({ code: 0 });
    expect(await listWaitingEvents(world.database.orm, 1)).toEqual([]);
  }, 60_000);

  test("stands by while another leads, and takes over when that one is killed", async () => {
    await using world = await openWorkerWorld();
    await using first = await startWorker(world);
    await relayOne(world);
    await using second = await startWorker(world);
    await relayOne(world);
    expect(second.logTail()).not.toContain('"leading"');
    await first.kill();
    await relayOne(world);
    expect(second.logTail()).toContain('"leading"');
  }, 60_000);

  test("is no victim of a Postgres that is away: it starts, waits, and ends cleanly", async () => {
    await using world = await openWorkerWorld();
    const away = await startApp("worker", {
      DATABASE_URL: "postgres://nobody@127.0.0.1:1/none",
      NATS_URL: world.nats.url,
      HOST: "127.0.0.1",
    });
    expect((await fetch(`${away.url}/readyz`)).status).toBe(200);
    expect(await away.kill("SIGTERM")).toMatchObject({ code: 0 });
  }, 60_000);
});
