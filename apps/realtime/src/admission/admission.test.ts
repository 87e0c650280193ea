import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from "bun:test";
import { newId } from "@barrage/platform";
import { errorBodySchema } from "@barrage/protocol";
import { waitFor } from "@barrage/testkit";
import { watchRaw } from "../testing/raw-viewer.ts";
import { allowedOrigin, startTestWorld, type TestNode, type TestWorld } from "../testing/test-world.ts";
import { watchBy, watchSse, watchWs } from "../testing/viewers.ts";
import { clientFrame } from "../testing/ws-frames.ts";

setDefaultTimeout(20_000);

let world: TestWorld;
let node: TestNode;
let room: string;
beforeAll(async () => {
  world = await startTestWorld();
  node = await world.node();
  room = await world.room();
});
afterAll(async () => {
  await world[Symbol.asyncDispose]();
});

/** What a WebSocket client would be answered, as far as HTTP goes. */
const upgrade = {
  connection: "upgrade",
  upgrade: "websocket",
  "sec-websocket-version": "13",
  "sec-websocket-key": "AAAAAAAAAAAAAAAAAAAAAA==",
};

async function refusal(path: string, headers: Record<string, string> = {}) {
  const response = await fetch(`${node.url}${path}`, { headers });
  const body = errorBodySchema.parse(await response.json());
  return { status: response.status, code: body.code, body, headers: response.headers };
}

describe.each([
  ["events", {}],
  ["ws", upgrade],
] as const)("GET /rooms/:id/%s", (kind, headers) => {
  const path = (roomId: string, query = "") => `/rooms/${roomId}/${kind}?${query}`;

  test("answers 404 for a room that is not there, and for an id that can't be one", async () => {
    for (const roomId of ["nosuchroom", "x", "ROOM0000", "a.b.c.d.e", encodeURIComponent("live.>")]) {
      expect(await refusal(path(roomId), headers)).toMatchObject({ status: 404, code: "room_not_found" });
    }
  });

  test("answers 400 for a malformed cursor or tail, and names the fault", async () => {
    for (const cursor of ["abc", "e-", "e1-01", "-5", "e1-99999999999999999999"]) {
      expect(await refusal(path(room, `since=${cursor}`), headers)).toMatchObject({
        status: 400,
        code: "cursor_malformed",
      });
    }
    expect(await refusal(path(room), { ...headers, "last-event-id": "nonsense" })).toMatchObject({
      code: "cursor_malformed",
    });
    for (const tail of ["201", "-1", "ten", "1e2"]) {
      const { status, body } = await refusal(path(room, `tail=${tail}`), headers);
      expect([status, body.issues?.[0]?.path]).toEqual([400, "tail"]);
    }
  });

  test("answers 401 without a ticket and 403 for a bad one in a private room", async () => {
    const secret = await world.room({ visibility: "private" });
    expect(await refusal(path(secret), headers)).toMatchObject({ status: 401, code: "ticket_required" });
    const other = world.ticket(room);
    const fromBefore = world.ticket(secret, { door: "open" });
    for (const ticket of ["x", "a.b", other, fromBefore, "y".repeat(600)]) {
      expect(await refusal(path(secret, `ticket=${ticket}`), headers)).toMatchObject({
        status: 403,
        code: "ticket_invalid",
      });
    }
  });

  test("a ticket works once, on whichever node it is tried", async () => {
    await using second = await world.node();
    const secret = await world.room({ visibility: "private" });
    const query = `ticket=${world.ticket(secret, { door: "private" })}`;
    const watch = kind === "ws" ? watchWs : watchSse;
    await using viewer = await watch(node.url, secret, { query });
    await waitFor(() => viewer.seen.isLive);
    for (const url of [node.url, second.url]) {
      const response = await fetch(`${url}${path(secret, query)}`, { headers });
      expect([response.status, errorBodySchema.parse(await response.json()).code]).toEqual([
        403,
        "ticket_invalid",
      ]);
    }
  });

  test("answers 403 to a page of another site, before anything else", async () => {
    for (const origin of [
      "http://evil.test",
      "null",
      `${allowedOrigin}.evil.test`,
      allowedOrigin.toUpperCase(),
    ]) {
      const refused = await refusal(path("nosuchroom"), { ...headers, origin });
      expect(refused).toMatchObject({ status: 403, code: "origin_forbidden" });
      expect(refused.headers.get("access-control-allow-origin")).toBeNull();
    }
  });
});

test("a page of ours may read streams and errors, and may send Last-Event-ID", async () => {
  const origin = allowedOrigin;
  const preflight = await fetch(`${node.url}/rooms/${room}/events`, {
    method: "OPTIONS",
    headers: {
      origin,
      "access-control-request-method": "GET",
      "access-control-request-headers": "last-event-id",
    },
  });
  expect(preflight.status).toBe(204);
  expect(preflight.headers.get("access-control-allow-origin")).toBe(origin);
  expect(preflight.headers.get("access-control-allow-headers")).toContain("last-event-id");
  const stream = await fetch(`${node.url}/rooms/${room}/events`, { headers: { origin } });
  expect(stream.headers.get("access-control-allow-origin")).toBe(origin);
  expect(stream.headers.get("content-type")).toStartWith("text/event-stream");
  await stream.body?.cancel();
  const refused = await refusal("/rooms/nosuchroom/events", { origin });
  expect(refused.headers.get("access-control-allow-origin")).toBe(origin);
  await using viewer = await watchWs(node.url, room, { headers: { origin } });
  await waitFor(() => viewer.seen.isLive);
});

test("Last-Event-ID wins over since", async () => {
  const seqs = await world.say(room, "1", "2", "3");
  const epoch = world.log.epoch();
  const options = { query: `since=${epoch}-${seqs[0]}`, headers: { "last-event-id": `${epoch}-${seqs[1]}` } };
  await using viewer = await watchSse(node.url, room, options);
  await waitFor(() => viewer.seen.isLive);
  expect(viewer.seen.seqs).toEqual(seqs.slice(2));
});

test("the upgrade is understood in any letters", async () => {
  for (const upgrade of ["websocket", "WebSocket", "WEBSOCKET"]) {
    await using viewer = await watchRaw("ws", { url: node.url, room }, { upgrade });
    expect(viewer.status).toContain("101");
    await waitFor(() => viewer.seen.isLive);
  }
  expect(await refusal(`/rooms/${room}/ws`)).toMatchObject({ status: 400, code: "input_invalid" });
});

test("a WebSocket client may say that it is there, and nothing else", async () => {
  const words = ['{"type":"send"}', "hello", "{", '{"type":"pong","x":1', "[]", "x".repeat(2_000)];
  await using polite = await watchWs(node.url, room);
  for (let count = 0; count < 5; count++) polite.socket.send('{"type":"pong"}');
  for (const word of words) {
    await using viewer = await watchRaw("ws", { url: node.url, room });
    viewer.send(clientFrame(word));
    await waitFor(() => viewer.isClosed() || viewer.closeCode() !== undefined);
    // What is too long for the protocol is cut off by the server itself.
    if (word.length < 1_000) expect(viewer.closeCode()).toBe(4500);
  }
  await world.say(room, "still here");
  await waitFor(() => polite.seen.texts.includes("still here"));
  expect(polite.ended()).toBeUndefined();
});

test.each(["sse", "ws"] as const)(
  "connections over the limits are refused with a time to come back, over %s",
  async (format) => {
    await using small = await world.node({
      CONNECTIONS_MAX: "3",
      CONNECTIONS_PER_ADDRESS_MAX: "2",
      TRUST_PROXY: "true",
    });
    const watch = (address: string) =>
      watchBy[format](small.url, room, { headers: { "x-forwarded-for": address } });
    const knock = (address: string) =>
      fetch(`${small.url}/rooms/${room}/events`, { headers: { "x-forwarded-for": address } });
    const first = await watch("10.0.0.1");
    await using _second = await watch("10.0.0.1");
    const overAddress = await knock("evil, 10.0.0.1");
    expect(overAddress.status).toBe(503);
    expect(Number(overAddress.headers.get("retry-after"))).toBeGreaterThan(0);
    expect(await overAddress.json()).toMatchObject({ code: "connections_exhausted" });
    await using _third = await watch("10.0.0.2");
    const overNode = await knock("10.0.0.3");
    expect(overNode.status).toBe(503);
    await overNode.body?.cancel();
    // A place that is given back can be taken again.
    await first.close();
    await using fourth = await waitFor(() => watch("10.0.0.4"));
    await waitFor(() => fourth.seen.isLive);
  },
);

test.each(["sse", "ws"] as const)(
  "a user's connections over the limit are refused, whatever the address, and other users' are not, over %s",
  async (format) => {
    await using small = await world.node({ CONNECTIONS_PER_USER_MAX: "2" });
    const [user, other] = [newId(), newId()];
    const query = (id: string) => `ticket=${world.ticket(room, { user: id })}`;
    const watch = (id: string) => watchBy[format](small.url, room, { query: query(id) });
    const first = await watch(user);
    await using _second = await watch(user);
    const refused = await fetch(`${small.url}/rooms/${room}/events?${query(user)}`);
    expect(refused.status).toBe(503);
    expect(Number(refused.headers.get("retry-after"))).toBeGreaterThan(0);
    expect(await refused.json()).toMatchObject({ code: "connections_exhausted" });
    await using _other = await watch(other);
    await using _nobody = await watchBy[format](small.url, room);
    await first.close();
    await using back = await waitFor(() => watch(user));
    await waitFor(() => back.seen.isLive);
  },
);

test("a crowd that knocks at once is let in at the node's pace, and told apart when to come back", async () => {
  await using slow = await world.node({ ACCEPTS_PER_SECOND: "40", ACCEPT_WAIT_MS_MAX: "500" });
  const answers = await Promise.all(
    Array.from({ length: 100 }, async () => {
      const abort = new AbortController();
      const response = await fetch(`${slow.url}/rooms/${room}/events`, { signal: abort.signal });
      const body = response.ok ? undefined : errorBodySchema.parse(await response.json());
      abort.abort();
      return { status: response.status, body };
    }),
  );
  const refused = answers.filter(({ status }) => status === 503);
  expect(refused.length).toBeGreaterThan(0);
  expect(refused.length).toBeLessThan(100);
  expect(refused.every(({ body }) => body?.code === "connections_exhausted")).toBe(true);
  expect(new Set(refused.map(({ body }) => body?.retryAfterMs)).size).toBeGreaterThan(refused.length / 2);
  await using late = await waitFor(() => watchSse(slow.url, room));
  await waitFor(() => late.seen.isLive);
});

test("unknown addresses are answered with a body of ours, and probes with plain words", async () => {
  expect(await refusal("/nowhere")).toMatchObject({ status: 404, code: "not_found" });
  expect((await fetch(`${node.url}/livez`)).status).toBe(200);
  expect((await fetch(`${node.url}/readyz`)).status).toBe(200);
  const metrics = await (await fetch(`${node.url}/metrics`)).text();
  expect(metrics).toContain("barrage_realtime_encodes_total");
  expect(metrics).toMatch(/^barrage_realtime_viewers \d+$/m);
});
