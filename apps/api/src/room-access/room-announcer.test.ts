import { expect, test } from "bun:test";
import { busTopics, connectNats, createBus, createLogger } from "@barrage/platform";
import { startTestNats, type TestNats, waitFor } from "@barrage/testkit";
import { createRoomAnnouncer } from "./room-announcer.ts";

const logger = createLogger({ name: "test", level: "silent" });

async function node(nats: TestNats) {
  const link = await connectNats({ url: nats.url, name: "test", logger });
  const bus = createBus({ link, logger });
  const forgotten: string[] = [];
  const announcer = createRoomAnnouncer({ bus, forget: (roomId) => void forgotten.push(roomId) });
  const dispose = async () => {
    announcer.close();
    await link.close();
  };
  return { bus, announcer, forgotten, [Symbol.asyncDispose]: dispose };
}

test("a changed room is forgotten here at once and on the other nodes soon, and the outbox is asked to hurry", async () => {
  await using nats = await startTestNats();
  await using here = await node(nats);
  await using there = await node(nats);
  let flushes = 0;
  there.bus.answer(busTopics.outboxFlush, () => Promise.resolve({ relayed: ++flushes }));
  await waitFor(async () => {
    await here.announcer.announce("room00000001");
    return flushes > 0 && there.forgotten.includes("room00000001");
  });
  const announced = here.announcer.announce("room00000002");
  expect(here.forgotten).toContain("room00000002");
  await announced;
  expect(flushes).toBeGreaterThan(1);
}, 20_000);

test("an announcement ends by itself when nobody relays the outbox, and when NATS is gone", async () => {
  await using nats = await startTestNats();
  await using here = await node(nats);
  const never = Promise.withResolvers<{ relayed: number }>();
  await here.announcer.announce("room00000001");
  here.bus.answer(busTopics.outboxFlush, () => never.promise);
  await here.announcer.announce("room00000001");
  await nats.kill();
  await here.announcer.announce("room00000002");
  expect(here.forgotten).toContain("room00000002");
}, 20_000);
