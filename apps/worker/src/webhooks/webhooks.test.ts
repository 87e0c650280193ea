import { describe, expect, test } from "bun:test";
import { insertWebhook, listDeliveries, resendDelivery } from "@barrage/db";
import { newId } from "@barrage/platform";
import type { RoomEvent } from "@barrage/protocol";
import { waitFor } from "@barrage/testkit";
import { SQL } from "bun";
import { runJob } from "../testing/run-job.ts";
import { openWorkerWorld, type WorkerWorld } from "../testing/worker-world.ts";
import { createWebhookQueue } from "./create-webhook-queue.ts";
import { createWebhookSender, type WebhookSenderDeps } from "./create-webhook-sender.ts";
import { isPublicAddress } from "./public-address.ts";
import { signatureHeader, signWebhook } from "./sign-webhook.ts";

interface Received {
  readonly path: string;
  readonly headers: Headers;
  readonly body: string;
}

/** A receiver on a port of its own that answers what `answer` says. */
function startReceiver(answer: (nth: number) => Response | Promise<Response>) {
  const received: Received[] = [];
  const server = Bun.serve({
    hostname: "127.0.0.1",
    port: 0,
    async fetch(request) {
      received.push({
        path: new URL(request.url).pathname,
        headers: request.headers,
        body: await request.text(),
      });
      return answer(received.length);
    },
  });
  return {
    url: `http://127.0.0.1:${server.port}/hook`,
    received,
    [Symbol.asyncDispose]: () => server.stop(true),
  };
}

const started = (room: string, session: string): RoomEvent => ({
  v: 1,
  type: "room.started",
  room,
  at: Date.now(),
  data: { session },
});

async function addWebhook(world: WorkerWorld, owner: string, url: string) {
  const hook = { id: newId(), ownerId: owner, url, secret: "a secret", events: ["room.started"] };
  await insertWebhook(world.database.orm, hook, 10);
  return hook;
}

const publish = (world: WorkerWorld, event: RoomEvent) =>
  world.roomLog.publish(event, { messageId: newId() });

function sender(world: WorkerWorld, other: Partial<WebhookSenderDeps> = {}) {
  return runJob(
    createWebhookSender({
      ...world,
      now: Date.now,
      random: () => 0,
      isOn: () => true,
      mayReach: () => true,
      ...other,
    }),
  );
}

/** Brings what waits for another attempt to its time. */
const hurry = (world: WorkerWorld) =>
  world.database.orm.execute(
    "update webhook_deliveries set next_attempt_at = now() where next_attempt_at is not null",
  );

describe("webhooks", () => {
  test("an event that a host wants is sent once, signed, whatever else is in the log", async () => {
    await using world = await openWorkerWorld();
    await using receiver = startReceiver(() => new Response("thanks", { status: 202 }));
    const room = await world.newRoom();
    const foreign = await world.newRoom();
    const hook = await addWebhook(world, room.hostId, receiver.url);
    {
      await using _queue = runJob(createWebhookQueue(world));
      await publish(world, started(foreign.id, newId()));
      await publish(world, { v: 1, type: "room.ended", room: room.id, at: 1, data: { session: newId() } });
      await publish(world, started(room.id, "session0001"));
      await waitFor(async () => (await deliveriesOf(world, hook)).length === 1);
    }
    await using _sender = sender(world);
    await waitFor(async () => (await deliveriesOf(world, hook))[0]?.deliveredAt !== null);
    expect(receiver.received.length).toBe(1);
    const [request] = receiver.received;
    expect(JSON.parse(request?.body ?? "")).toMatchObject({
      type: "room.started",
      room: room.id,
      data: { session: "session0001" },
    });
    expect(request?.headers.get("barrage-event")).toBe("room.started");
    const signature = request?.headers.get(signatureHeader) ?? "";
    const seconds = Number(/^t=(\d+)/.exec(signature)?.[1]);
    expect(Math.abs(seconds * 1_000 - Date.now())).toBeLessThan(60_000);
    expect(signature).toBe(signWebhook(request?.body ?? "", { secret: "a secret", nowMs: seconds * 1_000 }));
    expect(await deliveriesOf(world, hook)).toMatchObject([
      { attempts: 1, lastStatus: 202, nextAttemptAt: null },
    ]);
  }, 30_000);

  test("reading the log again after a crash queues nothing twice", async () => {
    await using world = await openWorkerWorld();
    const room = await world.newRoom();
    const hook = await addWebhook(world, room.hostId, "http://127.0.0.1:9/");
    await publish(world, started(room.id, newId()));
    for (let run = 0; run < 2; run++) {
      await using _queue = runJob(createWebhookQueue(world));
      await waitFor(async () => (await deliveriesOf(world, hook)).length > 0);
      await publish(world, started(room.id, newId()));
      await waitFor(async () => (await deliveriesOf(world, hook)).length === 2 + run);
      const jetstream = await world.link.connection.jetstreamManager();
      await jetstream.consumers.delete("ROOMS", "webhooks");
    }
    await using _again = runJob(createWebhookQueue(world));
    await publish(world, started(room.id, newId()));
    await waitFor(async () => (await deliveriesOf(world, hook)).length === 4);
  }, 30_000);

  test("a receiver that fails is tried again with the same body and a new signature, until it takes it", async () => {
    await using world = await openWorkerWorld();
    await using receiver = startReceiver((nth) => new Response("", { status: nth < 3 ? 500 : 200 }));
    const { hook } = await queued(world, receiver.url);
    let clockMs = 1_700_000_000_000;
    await using _sender = sender(world, { now: () => (clockMs += 10_000) });
    for (let attempts = 1; attempts <= 2; attempts++) {
      await waitFor(async () => (await deliveriesOf(world, hook))[0]?.attempts === attempts);
      const waiting = (await deliveriesOf(world, hook))[0]?.nextAttemptAt?.getTime() ?? 0;
      expect(waiting).toBeGreaterThan(Date.now());
      await hurry(world);
    }
    await waitFor(async () => (await deliveriesOf(world, hook))[0]?.deliveredAt !== null);
    expect(new Set(receiver.received.map(({ body }) => body)).size).toBe(1);
    expect(new Set(receiver.received.map(({ headers }) => headers.get(signatureHeader))).size).toBe(3);
  }, 30_000);

  test("410 and too many failures end it; re-sending makes a new delivery; only the owner may", async () => {
    await using world = await openWorkerWorld();
    await using receiver = startReceiver((nth) => new Response("", { status: nth === 1 ? 410 : 200 }));
    const { hook, owner } = await queued(world, receiver.url);
    await using _sender = sender(world);
    await waitFor(async () => (await deliveriesOf(world, hook))[0]?.lastStatus === 410);
    expect((await deliveriesOf(world, hook))[0]).toMatchObject({ nextAttemptAt: null, deliveredAt: null });
    const [given] = await deliveriesOf(world, hook);
    const id = given?.id ?? "";
    expect(await resendDelivery(world.database.orm, { id, ownerId: newId() }, newId())).toBe(false);
    expect(await resendDelivery(world.database.orm, { id, ownerId: owner }, newId())).toBe(true);
    await waitFor(async () => (await deliveriesOf(world, hook)).some((one) => one.deliveredAt !== null));
    expect(receiver.received.map(({ body }) => body)).toEqual([given?.body ?? "", given?.body ?? ""]);
  }, 30_000);

  test("nothing inside our network is called, by address or by name, and no redirect leads there", async () => {
    await using world = await openWorkerWorld();
    await using inside = startReceiver(() => new Response("secret"));
    const port = new URL(inside.url).port;
    const redirect = (): Response => new Response("", { status: 302, headers: { location: inside.url } });
    await using outside = startReceiver(redirect);
    const addresses = [
      `http://127.0.0.1:${port}/`,
      `http://localhost:${port}/`,
      `http://[::ffff:127.0.0.1]:${port}/`,
    ];
    const hooks = await Promise.all(addresses.map((url) => queued(world, url)));
    const mayReach = isPublicAddress;
    {
      await using _sender = sender(world, { mayReach });
      for (const { hook } of hooks) {
        await waitFor(async () => (await deliveriesOf(world, hook))[0]?.lastError === "address_forbidden");
      }
    }
    const { hook } = await queued(world, outside.url);
    await using _sender = sender(world);
    await waitFor(async () => (await deliveriesOf(world, hook))[0]?.lastStatus === 302);
    expect(inside.received).toEqual([]);
  }, 30_000);

  test("a receiver that never answers holds up itself alone, and a stop does not wait for it", async () => {
    await using world = await openWorkerWorld();
    await using stuck = startReceiver(() => new Promise<Response>(() => {}));
    await using quick = startReceiver(() => new Response(""));
    const first = await queued(world, stuck.url);
    const second = await queued(world, quick.url);
    {
      await using _sender = sender(world);
      await waitFor(async () => (await deliveriesOf(world, second.hook))[0]?.deliveredAt !== null);
      await waitFor(() => stuck.received.length === 1);
    }
    expect((await deliveriesOf(world, first.hook))[0]).toMatchObject({ attempts: 0, lastStatus: null });
  }, 30_000);

  test("more receivers that hang than there are slots, each with a long queue, keep nobody from being called: slots go round", async () => {
    await using world = await openWorkerWorld();
    await using tarpit = startReceiver(() => new Promise<Response>(() => {}));
    await using quick = startReceiver(() => new Response(""));
    const stuck: { readonly id: string; readonly ownerId: string }[] = [];
    for (let nth = 0; nth < 5; nth++) {
      const { hostId } = await world.newRoom();
      stuck.push(await addWebhook(world, hostId, `${tarpit.url}/${nth}`));
    }
    const { hostId } = await world.newRoom();
    const newest = await addWebhook(world, hostId, quick.url);
    for (const hook of stuck) await backlog(world, hook, { count: 1_000, sinceMs: 60_000 });
    await backlog(world, newest, { count: 3, sinceMs: 0 });
    await using _sender = sender(world, { atOnceMax: 2, deadlineMs: 200 });
    await waitFor(() => quick.received.length === 3, { deadlineMs: 20_000 });
    // Each of its three turns came after at most one of everybody else's, give or take those that it met at work.
    const turns = new Map(stuck.map((_, nth) => [`/hook/${nth}`, 0]));
    for (const { path } of tarpit.received) turns.set(path, (turns.get(path) ?? 0) + 1);
    for (const count of turns.values()) {
      expect(count).toBeGreaterThan(0);
      expect(count).toBeLessThanOrEqual(5);
    }
  }, 60_000);
});

const deliveriesOf = async (world: WorkerWorld, hook: { readonly id: string; readonly ownerId: string }) =>
  (await listDeliveries(world.database.orm, hook, 10)) ?? [];

/** Queues deliveries, the first of them due since `sinceMs` and each other a little later. */
async function backlog(
  world: WorkerWorld,
  hook: { readonly id: string },
  { count, sinceMs }: { readonly count: number; readonly sinceMs: number },
) {
  await using sql = new SQL({ url: world.databaseUrl, max: 1 });
  await sql`
    insert into webhook_deliveries (id, webhook_id, cause, event, body, next_attempt_at)
    select ${hook.id} || n, ${hook.id}, n::text, 'room.started', '{}',
      now() - (${sinceMs}::integer - n) * interval '1 millisecond'
    from generate_series(1, ${count}::integer) n`;
}

/** A webhook with one delivery that is due. */
async function queued(world: WorkerWorld, url: string) {
  const room = await world.newRoom();
  const hook = await addWebhook(world, room.hostId, url);
  await using _queue = runJob(createWebhookQueue(world));
  await publish(world, started(room.id, newId()));
  await waitFor(async () => (await deliveriesOf(world, hook)).length === 1);
  return { hook, owner: room.hostId };
}
