import { expect, test } from "bun:test";
import type { AppRouter } from "@barrage/api";
import { verifyDraw } from "@barrage/domain";
import { connectNats, createLogger, createNativeHashing, createRoomLog } from "@barrage/platform";
import { roomEventSchema } from "@barrage/protocol";
import {
  createTestDatabase,
  seededRandom,
  startApp,
  startTestNats,
  startTestRedis,
  type TestApp,
  waitFor,
} from "@barrage/testkit";
import { createTRPCClient, httpLink } from "@trpc/client";

function clientOf(url: string, token?: string) {
  const authorization = token === undefined ? {} : { authorization: `Bearer ${token}` };
  return createTRPCClient<AppRouter>({
    links: [httpLink({ url: `${url}/trpc`, headers: { "x-barrage-client": "test", ...authorization } })],
  });
}

async function person(url: string, name: string) {
  const { token } = await clientOf(url).users.register.mutate({ name, password: "a good password" });
  return clientOf(url, token ?? "");
}

/** Everything in a room's log. */
async function eventsOf(natsUrl: string, room: string) {
  const logger = createLogger({ name: "test", level: "silent" });
  const link = await connectNats({ url: natsUrl, name: "test", logger });
  const retention = { ageMaxMs: 3_600_000, bytesMax: 1e9, dedupeWindowMs: 600_000 };
  const log = await createRoomLog({ link, logger, retention });
  const { entries } = await log.readAfter(room, { afterSeq: 0, limit: 5_000 });
  await log.close();
  await link.close();
  return entries.map(({ json }) => roomEventSchema.parse(JSON.parse(new TextDecoder().decode(json))));
}

test("two workers killed with SIGKILL again and again while lotteries close: each is drawn once, told once, and verifies", async () => {
  const random = seededRandom();
  await using stack = new AsyncDisposableStack();
  const database = stack.use(await createTestDatabase());
  const nats = stack.use(await startTestNats());
  const redis = stack.use(await startTestRedis());
  const variables = {
    DATABASE_URL: database.url,
    NATS_URL: nats.url,
    REDIS_URL: redis.url,
    S3_ENDPOINT: "http://127.0.0.1:9",
    S3_ACCESS_KEY_ID: "unused",
    S3_SECRET_ACCESS_KEY: "unused",
    TICKET_SECRET: "only for tests, and long enough so",
    REALTIME_URL: "http://realtime.test",
    WEB_ORIGINS: "http://web.test",
    HOST: "127.0.0.1",
  };
  const api = stack.use(await startApp("api", variables));
  const workers: TestApp[] = [await startApp("worker", variables), await startApp("worker", variables)];
  stack.defer(async () => {
    await Promise.all(workers.map((worker) => worker.kill()));
  });
  const host = await person(api.url, "crash_host");
  const viewers = await Promise.all(["one", "two", "three"].map((name) => person(api.url, `viewer_${name}`)));
  const { id: room } = await host.rooms.create.mutate({ title: "Crash" });
  await host.rooms.start.mutate({ id: room });

  const prizes = [{ name: "Star", count: 2 }];
  const ids: string[] = [];
  for (let round = 0; round < 6; round++) {
    const { id } = await host.lottery.create.mutate({
      room,
      title: `Round ${round}`,
      prizes,
      closesInMs: null,
    });
    await Promise.all(viewers.map((viewer) => viewer.lottery.enter.mutate({ id })));
    ids.push(id);
    await host.lottery.close.mutate({ id });
    // A close and its draw take some 500 ms: the kill falls before, into or after them.
    await Bun.sleep(random.between(0, 900));
    const victim = random.below(2);
    await workers[victim]?.kill();
    workers[victim] = await startApp("worker", variables);
  }
  for (const id of ids) {
    await waitFor(async () => (await host.lottery.get.query({ id })).state === "drawn", {
      deadlineMs: 30_000,
    });
    const record = await host.lottery.record.query({ id });
    const report = await verifyDraw(record, { hashing: createNativeHashing() });
    expect(report.checks.filter(({ ok }) => !ok)).toEqual([]);
    expect([record.count, record.winners.length]).toEqual([3, 2]);
    const actions = (await host.lottery.audit.query({ id })).map(({ action }) => action);
    expect(actions).toEqual(["created", "closed", "sealed", "drawn"]);
  }
  const toldOf = async (id: string) =>
    (await eventsOf(nats.url, room)).flatMap((event) => {
      const isOurs = "id" in event.data && event.data.id === id;
      return isOurs && (event.type === "lottery.closed" || event.type === "lottery.drawn")
        ? [event.type]
        : [];
    });
  for (const id of ids) {
    await waitFor(async () => (await toldOf(id)).includes("lottery.drawn"), { deadlineMs: 20_000 });
    expect(await toldOf(id)).toEqual(["lottery.closed", "lottery.drawn"]);
  }
}, 180_000);
