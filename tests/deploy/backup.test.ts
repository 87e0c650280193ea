import { expect, test } from "bun:test";
import { rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { migrateDatabase } from "@barrage/db";
import { ensureDatabase, startNats, startPostgres } from "@barrage/scripts/services";
import { createTempDir, startApp, startTestRedis, waitFor } from "@barrage/testkit";
import { z } from "zod";

const deploy = join(import.meta.dir, "..", "..", "deploy");

async function run(script: string, ...args: readonly string[]) {
  const child = Bun.spawn(["sh", join(deploy, script), ...args], { stdout: "pipe", stderr: "pipe" });
  const [error, code] = await Promise.all([new Response(child.stderr).text(), child.exited]);
  return { code, error };
}

/** PostgreSQL, NATS, api, realtime and worker over data in `root`. */
async function startPlatform(root: string) {
  await using stack = new AsyncDisposableStack();
  const postgres = await startPostgres({ dataDir: join(root, "postgres") });
  stack.defer(() => postgres.stop());
  const nats = await startNats({ dataDir: join(root, "nats") });
  stack.defer(() => nats.stop());
  const redis = stack.use(await startTestRedis());
  const url = await ensureDatabase(postgres.url, "barrage");
  await migrateDatabase(url);
  const variables = {
    HOST: "127.0.0.1",
    DATABASE_URL: url,
    NATS_URL: nats.url,
    REDIS_URL: redis.url,
    S3_ENDPOINT: "http://127.0.0.1:9",
    S3_ACCESS_KEY_ID: "unused",
    S3_SECRET_ACCESS_KEY: "unused",
    TICKET_SECRET: "only for tests, and long enough so",
    WEB_ORIGINS: "http://127.0.0.1:1",
  };
  const realtime = stack.use(await startApp("realtime", variables));
  stack.use(await startApp("worker", variables));
  const api = stack.use(await startApp("api", { ...variables, REALTIME_URL: realtime.url }));
  const owned = stack.move();
  return { api, realtime, [Symbol.asyncDispose]: () => owned.disposeAsync() };
}

const idSchema = z.looseObject({ id: z.string() });
const loginSchema = z.looseObject({ token: z.string() });
const sentSchema = z.object({ id: z.string(), cursor: z.string(), at: z.number() });
const historySchema = z.object({ items: z.array(z.looseObject({ id: z.string(), text: z.string() })) });

async function call<Answer>(
  schema: z.ZodType<Answer>,
  url: string,
  { token, body }: { readonly token?: string; readonly body?: object } = {},
): Promise<Answer> {
  const response = await fetch(url, {
    method: body === undefined ? "GET" : "POST",
    headers: {
      "x-barrage-client": "test",
      "content-type": "application/json",
      ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  return schema.parse(await response.json());
}

/** The beginning of a room's stream after `cursor`, as text. */
async function resumed(realtime: string, room: string, cursor: string): Promise<string> {
  const response = await fetch(`${realtime}/rooms/${room}/events?since=${cursor}`);
  const decoder = new TextDecoder();
  let text = "";
  for await (const chunk of response.body ?? []) {
    text += decoder.decode(chunk, { stream: true });
    if (/"type":"live"|"type":"reset"/.test(text)) break;
  }
  return text;
}

const account = { name: "backup_host", password: "a good password" };

test("what was backed up is there again: accounts, history, cursors and objects", async () => {
  using temp = createTempDir("barrage-backup-");
  const before = join(temp.path, "before");
  const folders = (root: string) => ["postgres", "nats", "s3"].map((name) => `${name}=${join(root, name)}`);
  let room = "";
  let cursor = "";
  {
    await using platform = await startPlatform(before);
    const base = `${platform.api.url}/api/v1`;
    const { token } = await call(loginSchema, `${base}/users`, { body: account });
    room = (await call(idSchema, `${base}/rooms`, { token, body: { title: "Backed up" } })).id;
    await call(idSchema, `${base}/rooms/${room}/start`, { token, body: {} });
    for (const text of ["first", "second"]) {
      const body = { text, key: `backup00${text}` };
      const sent = await call(sentSchema, `${base}/rooms/${room}/messages`, { token, body });
      if (text === "first") ({ cursor } = sent);
    }
    const history = `${base}/rooms/${room}/messages`;
    await waitFor(async () => (await call(historySchema, history)).items.length === 2, {
      deadlineMs: 15_000,
    });
  }
  await Bun.write(join(before, "s3", "bucket", "object"), "an object");
  const backup = join(temp.path, "backup");
  expect(await run("backup.sh", backup, ...folders(before))).toEqual({ code: 0, error: "" });
  expect((await run("backup.sh", backup, ...folders(before))).error).toContain("is there already");
  const after = join(temp.path, "after");
  expect(await run("restore.sh", backup, ...folders(after))).toEqual({ code: 0, error: "" });
  expect((await run("restore.sh", backup, ...folders(after))).error).toContain("is not empty");
  rmSync(before, { recursive: true });

  await using platform = await startPlatform(after);
  const base = `${platform.api.url}/api/v1`;
  await call(loginSchema, `${base}/sessions`, { body: account });
  const { items } = await call(historySchema, `${base}/rooms/${room}/messages`);
  expect(items.map(({ text }) => text)).toEqual(["first", "second"]);
  const stream = await resumed(platform.realtime.url, room, cursor);
  expect(stream).toContain('"text":"second"');
  expect(stream).not.toContain('"text":"first"');
  expect(stream).not.toContain("reset");
  expect(await Bun.file(join(after, "s3", "bucket", "object")).text()).toBe("an object");
}, 120_000);

test("a damaged backup is refused before anything is written", async () => {
  using temp = createTempDir("barrage-damaged-");
  const at = (name: string) => join(temp.path, name);
  await Bun.write(join(at("data"), "file"), "something worth keeping");
  expect((await run("backup.sh", at("backup"), `nats=${at("data")}`)).code).toBe(0);
  const packed = join(at("backup"), "nats.tar.gz");
  const bytes = await Bun.file(packed).bytes();
  bytes[bytes.length >> 1] = (bytes[bytes.length >> 1] ?? 0) ^ 1;
  writeFileSync(packed, bytes);
  expect(await run("restore.sh", at("backup"), `nats=${at("restored")}`)).toMatchObject({ code: 1 });
  expect(await Bun.file(join(at("restored"), "file")).exists()).toBe(false);
});
