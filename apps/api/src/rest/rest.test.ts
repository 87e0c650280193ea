import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import asyncApiSpecs from "@asyncapi/specs";
import { controlFrameSchema, errorBodySchema, roomEventSchema } from "@barrage/protocol";
import { Validator } from "@seriousme/openapi-schema-validator";
import Ajv from "ajv";
import Ajv2020 from "ajv/dist/2020.js";
import { z } from "zod";
import { type MediaWorld, startMediaWorld } from "../testing/media-world.ts";
import type { TestApi } from "../testing/start-test-api.ts";

const operationSchema = z.looseObject({
  operationId: z.string(),
  security: z.array(z.record(z.string(), z.unknown())),
  parameters: z.array(z.object({ name: z.string(), in: z.enum(["path", "query", "header"]) })),
  responses: z.object({
    "200": z.object({ content: z.object({ "application/json": z.object({ schema: z.looseObject({}) }) }) }),
  }),
});
const documentSchema = z.looseObject({ paths: z.record(z.string(), z.record(z.string(), operationSchema)) });

interface Called {
  readonly status: number;
  readonly body: unknown;
}

let world: MediaWorld;
let api: TestApi;
let document: z.infer<typeof documentSchema>;
const calledWell = new Set<string>();

beforeAll(async () => {
  world = await startMediaWorld();
  api = world.api;
  document = documentSchema.parse(await (await fetch(`${api.url}/openapi.json`)).json());
}, 60_000);
afterAll(() => world?.[Symbol.asyncDispose]());

function operation(id: string) {
  for (const [path, methods] of Object.entries(document.paths)) {
    for (const [method, found] of Object.entries(methods)) {
      if (found.operationId === id) return { path, method: method.toUpperCase(), ...found };
    }
  }
  throw new Error(`the document has no operation ${id}`);
}

/** Calls an operation as the document says, and nothing else: fields go where it puts them. */
async function request(id: string, input: Record<string, unknown>, token?: string): Promise<Called> {
  const { path, method, parameters } = operation(id);
  const rest = { ...input };
  let url = `${api.url}${path}`;
  const query = new URLSearchParams();
  const headers: Record<string, string> = {};
  for (const parameter of parameters) {
    const value = z.coerce.string().optional().parse(rest[parameter.name]);
    if (parameter.in === "header") headers[parameter.name] = "rest-test";
    if (value === undefined) continue;
    delete rest[parameter.name];
    if (parameter.in === "path") url = url.replace(`{${parameter.name}}`, encodeURIComponent(value));
    else query.set(parameter.name, value);
  }
  if (query.size > 0) url += `?${query}`;
  if (token !== undefined) headers["authorization"] = `Bearer ${token}`;
  const hasBody = Object.keys(rest).length > 0;
  if (hasBody) headers["content-type"] = "application/json";
  const response = await fetch(url, { method, headers, ...(hasBody ? { body: JSON.stringify(rest) } : {}) });
  return { status: response.status, body: await response.json() };
}

const ajv = new Ajv2020({ strict: false });

/** The answer to a call that must succeed and look as the document says. */
async function call(id: string, input: Record<string, unknown> = {}, token?: string) {
  const { status, body } = await request(id, input, token);
  expect({ id, status, body }).toMatchObject({ id, status: 200 });
  const { schema } = operation(id).responses["200"].content["application/json"];
  const isAsDescribed = ajv.validate(schema, body);
  expect({ id, isAsDescribed, errors: ajv.errors }).toMatchObject({ id, isAsDescribed: true });
  calledWell.add(id);
  return z.looseObject({}).catch({}).parse(body);
}

const text = (value: unknown) => z.string().parse(value);

async function account(name: string) {
  const { token, user } = await call("users.register", { name, password: "a good password" });
  return { name, token: text(token), id: text(z.looseObject({ id: z.string() }).parse(user).id) };
}

describe("the REST api and its document", () => {
  test("the document is valid OpenAPI 3.1, by a public validator", async () => {
    const result = await new Validator().validate(await (await fetch(`${api.url}/openapi.json`)).json());
    expect(result).toMatchObject({ valid: true });
    expect(document["openapi"]).toBe("3.1.0");
  });

  test("the event stream's document is valid AsyncAPI 3.0 and knows every event and every control frame", async () => {
    const stream = z
      .looseObject({
        channels: z.record(z.string(), z.object({ messages: z.record(z.string(), z.unknown()) })),
      })
      .parse(await (await fetch(`${api.url}/asyncapi.json`)).json());
    const validate = new Ajv({
      strict: false,
      validateFormats: false,
      validateSchema: false,
      meta: false,
    }).compile(z.looseObject({}).parse(asyncApiSpecs.schemas["3.0.0"]));
    expect({ valid: validate(stream), errors: validate.errors }).toEqual({ valid: true, errors: null });
    const messages = (channel: string) => Object.keys(stream.channels[channel]?.messages ?? {});
    const events = roomEventSchema.options.map(({ shape }) => shape.type.value.replaceAll(".", "_"));
    for (const channel of ["sse", "replaySse"])
      expect(messages(channel)).toEqual(expect.arrayContaining(events));
    const controls = controlFrameSchema.options.map(({ shape }) => `control_${shape.type.value}`);
    const overWebSocket = ["ws", "roomsWs", "replayWs"].flatMap(messages);
    expect(controls.filter((control) => !overWebSocket.includes(control))).toEqual([]);
  });

  test("accounts: every operation, called as the document says", async () => {
    const ann = await account("rest_ann");
    const ben = await account("rest_ben");
    const { token } = await call("users.login", { name: ben.name, password: "a good password" });
    expect((await call("users.me", {}, ann.token))["name"]).toBe("rest_ann");
    await call("users.follow", { userId: ann.id }, ben.token);
    expect(await call("users.get", { name: ann.name }, ben.token)).toMatchObject({
      followers: 1,
      following: true,
    });
    await call("users.unfollow", { userId: ann.id }, ben.token);
    const { body } = await request("users.sessions", {}, ben.token);
    await call("users.sessions", {}, ben.token);
    const logins = z.array(z.object({ id: z.string(), current: z.boolean() })).parse(body);
    await call("users.revokeSession", { id: logins.find((login) => !login.current)?.id }, ben.token);
    expect((await request("rooms.mine", {}, text(token))).status).toBe(401);
    const change = { oldPassword: "a good password", newPassword: "a better password" };
    await call("users.changePassword", change, ben.token);
    await call("users.logout", {}, ben.token);
    expect((await request("users.me", {}, ben.token)).body).toBeNull();
  }, 30_000);

  test("rooms, moderation and messages: every operation, called as the document says", async () => {
    const host = await account("rest_host");
    const guest = await account("rest_guest");
    const { id } = await call("rooms.create", { title: "A room over REST" }, host.token);
    await call("rooms.update", { id, description: "said by PATCH", slowModeMs: 0 }, host.token);
    expect(await call("rooms.get", { id })).toMatchObject({ description: "said by PATCH" });
    await call("rooms.list", { limit: 5, q: "over REST" });
    const mine = await request("rooms.mine", {}, host.token);
    expect(mine.body).toMatchObject([{ id }]);
    await call("rooms.mine", {}, host.token);
    await call("rooms.start", { id }, host.token);
    await call("rooms.ticket", { id });
    expect(await call("rooms.members", { id })).toEqual({ state: "off" });
    await call("rooms.update", { id, memberList: true }, host.token);
    expect(await call("rooms.members", { id, limit: 5 })).toMatchObject({ state: "shown", items: [] });
    expect(await call("rooms.join", { id })).toMatchObject({ nodes: ["http://realtime.test"], ticket: null });
    expect(await call("rooms.nodes")).toEqual({ nodes: ["http://realtime.test"] });
    await call("rooms.streamKey", { id }, host.token);
    await call("rooms.rotateStreamKey", { id }, host.token);

    const sent = await call("messages.send", { room: id, text: "你好", key: "restkey1" }, guest.token);
    await call("messages.gift", { room: id, gift: "rocket", key: "restkey2" }, guest.token);
    await call("messages.superMessage", { room: id, text: "look!", key: "restkey3" }, guest.token);
    await call("messages.get", { id: sent["id"] });
    await call("messages.history", { room: id, limit: 10, direction: "forward" });
    await call("messages.delete", { id: sent["id"], cursor: sent["cursor"] }, host.token);

    await call("rooms.setBlockedWords", { id, words: ["spoiler"] }, host.token);
    await call("rooms.mute", { id, userId: guest.id, minutes: 5 }, host.token);
    await call("rooms.unmute", { id, userId: guest.id }, host.token);
    await call("rooms.ban", { id, userId: guest.id, minutes: null }, host.token);
    await call("rooms.moderation", { id }, host.token);
    await call("rooms.unban", { id, userId: guest.id }, host.token);
    await call("rooms.setModerator", { id, userName: guest.name, moderator: true }, host.token);
    await call("rooms.end", { id }, host.token);
    const past = z
      .array(z.object({ id: z.string() }))
      .parse((await call("rooms.sessions", { id, limit: 1 }))["items"]);
    const key = { room: id, session: past[0]?.id };
    await api.sql`insert into messages
      (id, epoch, seq, room_id, session_id, type, at, by_id, by_name, by_role, data)
      select 'restgift0001', 'epoch', 1, room_id, id, 'gift.sent', started_at, ${guest.id}, ${guest.name}, 'viewer',
        '{"gift":"rocket","count":2}'::jsonb from room_sessions where id = ${text(past[0]?.id)}`;
    expect(await call("replay.get", key)).toMatchObject({ id: past[0]?.id, archive: "missing" });
    await call("replay.heat", { ...key, buckets: 50 });
    expect(await call("replay.marks", key)).toMatchObject({
      items: [{ kind: "gift", gift: "rocket", count: 2 }],
    });
    await call("replay.recent", { limit: 5 });
    await call("rooms.delete", { id }, host.token);
    expect((await request("rooms.get", { id })).status).toBe(404);
  }, 30_000);

  test("recordings: every operation, called as the document says", async () => {
    const host = await account("rest_recorder");
    const { id: room } = await call("rooms.create", { title: "A recorded room" }, host.token);
    const { sessionId: session } = await call("rooms.start", { id: room }, host.token);
    const started = z.object({ recording: z.object({ id: z.string() }) });
    const start = async () => {
      const draft = { room, session, contentType: "video/webm", bytes: 3 };
      return started.parse(await call("media.startRecording", draft, host.token)).recording.id;
    };
    const id = await start();
    const answer = await call("media.partUrls", { id, parts: [{ number: 1, bytes: 3 }] }, host.token);
    const { urls } = z.object({ urls: z.array(z.object({ url: z.string() })) }).parse(answer);
    expect((await fetch(urls[0]?.url ?? "", { method: "PUT", body: "abc" })).status).toBe(200);
    expect(await call("media.upload", { id }, host.token)).toMatchObject({
      parts: [{ number: 1, bytes: 3 }],
    });
    await call("media.completeRecording", { id, parts: 1, bytes: 3 }, host.token);
    await api.sql`update recordings set state = 'ready', duration_ms = 1, play_key = 'k' where id = ${id}`;
    await call("media.recordings", { room, session });
    await call("media.recording", { id });
    await call("media.playback", { id });
    await call("media.abortRecording", { id: await start() }, host.token);
    await call("media.deleteRecording", { id }, host.token);
  }, 30_000);

  test("covers: every operation, called as the document says", async () => {
    const { token } = await account("rest_painter");
    const { id: room } = await call("rooms.create", { title: "A covered room" }, token);
    const { upload, url } = await call("media.startCover", { room, type: "image/png", bytes: 3 }, token);
    const headers = { "content-type": "image/png" };
    expect((await fetch(text(url), { method: "PUT", body: "abc", headers })).status).toBe(200);
    await call("media.finishCover", { room, upload }, token);
    expect(await call("media.cover", { room }, token)).toMatchObject({ state: "checking", upload });
    await call("media.removeCover", { room }, token);
  }, 30_000);

  test("lotteries: every operation, called as the document says", async () => {
    const host = await account("rest_drawer");
    const guest = await account("rest_entrant");
    const { id: room } = await call("rooms.create", { title: "A room with a lottery" }, host.token);
    await call("rooms.start", { id: room }, host.token);
    const prizes = [{ name: "A poster", count: 1 }];
    const lottery = { room, title: "One poster", prizes, closesInMs: null };
    const { id } = await call("lottery.create", lottery, host.token);
    await call("lottery.update", { id, title: "A signed poster" }, host.token);
    await call("lottery.watching", { room }, guest.token);
    await call("lottery.enter", { id }, guest.token);
    await call("lottery.withdraw", { id }, guest.token);
    await call("lottery.enter", { id }, guest.token);
    expect(await call("lottery.get", { id }, guest.token)).toMatchObject({ me: { entered: true } });
    await call("lottery.listByRoom", { room, limit: 5 });
    await call("lottery.mine", {}, guest.token);
    await call("lottery.winners", { id });
    await call("lottery.close", { id }, host.token);
    await call("lottery.audit", { id });
    // Sealing and drawing are the worker's, which does not run here: these two are refused, as the table says.
    for (const name of ["lottery.proof", "lottery.record"]) {
      const { status, body } = await request(name, { id }, guest.token);
      expect({ name, status, ...errorBodySchema.parse(body) }).toMatchObject({ name, status: 409 });
      calledWell.add(name);
    }
    const { id: second } = await call("lottery.create", { ...lottery, room }, host.token);
    await call("lottery.cancel", { id: second, reason: "changed my mind" }, host.token);
  }, 30_000);

  test("webhooks: every operation, called as the document says", async () => {
    const { token } = await account("rest_hooks");
    const hook = { url: "https://receiver.example/", events: ["room.started"] };
    const { id } = await call("webhooks.create", hook, token);
    await call("webhooks.list", {}, token);
    await api.sql`insert into webhook_deliveries (id, webhook_id, cause, event, body)
      values ('delivery0001', ${text(id)}, 'x-1', 'room.started', '{}')`;
    await call("webhooks.resend", { id: "delivery0001" }, token);
    await call("webhooks.deliveries", { id, limit: 2 }, token);
    await call("webhooks.delete", { id }, token);
  });

  test("ops: every operation, called as the document says by an administrator, and refused to others", async () => {
    const { token, id } = await account("rest_operator");
    const { status, body } = await request("ops.administrators", {}, token);
    expect({ status, ...errorBodySchema.parse(body) }).toMatchObject({
      status: 403,
      code: "administrator_required",
    });
    await api.sql`update users set is_administrator = true where id = ${id}`;
    // A new log-in is asked for at once; the other one's answer is in memory for some seconds.
    const login = await call("users.login", { name: "rest_operator", password: "a good password" });
    const operator = text(login["token"]);
    await call("ops.administrators", {}, operator);
    await call("ops.nodes", {}, operator);
    const { id: userId } = await account("rest_spammer");
    await call("ops.suspend", { userId, reason: "spam", minutes: 60 }, operator);
    await call("ops.users", { prefix: "rest_spam", isSuspended: true }, operator);
    await call("ops.unsuspend", { userId }, operator);
    await call("ops.suspensions", { userId }, operator);
    const key = "limiter.desktopPerSecond";
    const { revision } = await call("ops.config.set", { key, value: 60, expectedRevision: 0 }, operator);
    await call("ops.config.rollback", { key, expectedRevision: revision }, operator);
    await call("ops.config.history", { key }, operator);
    await call("ops.config.list", {}, operator);
  });

  test("no operation of these features was left out above; every other one answers, too", async () => {
    const all = Object.values(document.paths).flatMap((methods) => Object.values(methods));
    const ids = all.map(({ operationId }) => operationId);
    const features = /^(users|rooms|messages|lottery|replay|media|webhooks|ops)\./;
    expect(ids.filter((id) => features.test(id) && !calledWell.has(id))).toEqual([]);
    for (const { operationId, security } of all) {
      if (features.test(operationId)) continue;
      // Without a log-in and without any input: served, and refused in our own words.
      const { status, body } = await request(operationId, {});
      if (status === 200) continue;
      expect({ operationId, ...errorBodySchema.parse(body) }).not.toMatchObject({ code: "not_found" });
      if (!security.some((one) => Object.keys(one).length === 0)) expect(status).toBe(401);
    }
  });

  test("refuses in the shape and with the status of the one table", async () => {
    const cases = [
      { path: "/api/v1/nothing", init: {}, code: "not_found" },
      { path: "/api/v1/rooms", init: { method: "PATCH" }, code: "method_not_allowed" },
      { path: "/api/v1/rooms?limit=100000", init: {}, code: "input_invalid" },
      { path: "/api/v1/rooms?limit=many", init: {}, code: "input_invalid" },
      { path: "/api/v1/rooms/%ff", init: {}, code: "input_invalid" },
      { path: "/api/v1/users/me/rooms", init: {}, code: "unauthenticated" },
      { path: "/api/v1/sessions", init: { method: "POST" }, code: "csrf_header_missing" },
      {
        path: "/api/v1/rooms",
        init: { headers: { origin: "https://evil.example" } },
        code: "origin_forbidden",
      },
    ] as const;
    for (const { path, init, code } of cases) {
      const response = await fetch(`${api.url}${path}`, init);
      expect({ path, ...errorBodySchema.parse(await response.json()) }).toMatchObject({ path, code });
    }
    const headers = { "x-barrage-client": "test", "content-type": "application/json" };
    const broken = await fetch(`${api.url}/api/v1/sessions`, { method: "POST", headers, body: "{" });
    expect(errorBodySchema.parse(await broken.json()).code).toBe("input_invalid");
    const form = { ...headers, "content-type": "text/plain" };
    const plain = await fetch(`${api.url}/api/v1/sessions`, { method: "POST", headers: form, body: "{}" });
    expect(plain.status).toBe(415);
  });

  test("a log-in with a cookie sets it, as by tRPC", async () => {
    const { name } = await account("rest_cookie");
    const response = await fetch(`${api.url}/api/v1/sessions`, {
      method: "POST",
      headers: { "x-barrage-client": "test", "content-type": "application/json" },
      body: JSON.stringify({ name, password: "a good password", cookie: true }),
    });
    expect(response.headers.get("set-cookie")).toContain("HttpOnly");
    expect(await response.json()).toMatchObject({ token: null });
  });

  test("the browsable page is there with all its files, under a policy of its own", async () => {
    const page = await fetch(`${api.url}/docs`);
    expect(page.headers.get("content-security-policy")).toContain("script-src 'self'");
    const html = await page.text();
    const files = [...html.matchAll(/(?:src|href)="([^"]+)"/g)].map((match) => match[1] ?? "");
    expect(files.length).toBe(4);
    for (const file of files)
      expect({ file, status: (await fetch(`${api.url}${file}`)).status }).toEqual({ file, status: 200 });
    expect((await fetch(`${api.url}/docs/../package.json`)).status).toBe(404);
    expect((await fetch(`${api.url}/docs/index.html`)).status).toBe(404);
  });
});
