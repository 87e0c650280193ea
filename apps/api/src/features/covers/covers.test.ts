import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { type CoverType, coverBytesMax } from "@barrage/domain";
import { coverKey, coverUploadKey, type Media, openMedia, setUpBucket } from "@barrage/platform";
import { coverPath, coverWidths, errorBodySchema } from "@barrage/protocol";
import { startTestS3, type TestS3, waitFor } from "@barrage/testkit";
import { coverAnswer, coverUploadAnswer } from "../../rest/answers.ts";
import { type ApiClient, failureOf } from "../../testing/api-client.ts";
import { createRoomWorld, type Person, type RoomWorld } from "../../testing/room-world.ts";
import { startTestApi, type TestApi } from "../../testing/start-test-api.ts";

let s3: TestS3;
let media: Media;
let api: TestApi;
let world: RoomWorld;

beforeAll(async () => {
  s3 = await startTestS3();
  const { url: endpoint, accessKeyId, secretAccessKey } = s3;
  const bucket = "barrage-media";
  await setUpBucket({ endpoint, accessKeyId, secretAccessKey, bucket, webOrigins: [] });
  const opened = openMedia({
    s3Endpoint: endpoint,
    s3AccessKeyId: accessKeyId,
    s3SecretAccessKey: secretAccessKey,
    s3Region: "us-east-1",
    s3MediaBucket: bucket,
    s3PublicUrl: undefined,
  });
  if (opened === undefined) throw new Error("there is an endpoint");
  media = opened;
  api = await startTestApi({
    S3_ENDPOINT: endpoint,
    S3_ACCESS_KEY_ID: accessKeyId,
    S3_SECRET_ACCESS_KEY: secretAccessKey,
  });
  world = await createRoomWorld(api);
}, 120_000);
afterAll(async () => {
  await world[Symbol.asyncDispose]();
  await api[Symbol.asyncDispose]();
  media.close();
  await s3[Symbol.asyncDispose]();
});

const file = new Uint8Array(1_000).fill(7);
const start = (host: Person, room: string, type: CoverType = "image/png") =>
  host.client.media.startCover.mutate({ room, type, bytes: file.length });
type Ticket = Awaited<ReturnType<typeof start>>;
const put = (ticket: Ticket, body: BodyInit = file, headers: Record<string, string> = ticket.headers) =>
  fetch(ticket.url, { method: "PUT", body, headers });
const removalsOf = async (room: string): Promise<string[]> => {
  const rows: { prefix: string }[] = await api.sql`
    select distinct prefix from object_removals where prefix like ${`%${room}%`} order by prefix`;
  return rows.map(({ prefix }) => prefix);
};
const facesOf = async (room: string) =>
  (await world.events(room)).flatMap((event) => (event.type === "room.updated" ? [event.data.face] : []));

/** A node that has just started on a busy machine may need longer for its first question than Postgres is given. */
const isWarm = (client: ApiClient) =>
  waitFor(async () => (await client.users.me.query().catch(() => null)) !== null, { deadlineMs: 20_000 });

const cover = "0123456789abcdef0123456789abcdef";
/** As the worker leaves it. */
async function coverReady(room: string): Promise<void> {
  for (const width of coverWidths)
    await media.blobs.put(coverKey({ room, cover, width }), file, "image/webp");
  await api.sql`update cover_uploads set state = 'ready', due_at = null where room_id = ${room}`;
  await api.sql`update rooms set cover = ${cover} where id = ${room}`;
}

describe("uploading a cover", () => {
  test("is handed to the worker once the file is there, and not before; saying it again changes nothing", async () => {
    const host = await world.person();
    const room = await world.room(host, { live: false });
    expect(await host.client.media.cover.query({ room })).toEqual({
      cover: null,
      state: "none",
      upload: null,
      fault: null,
      delayed: false,
    });
    const ticket = coverUploadAnswer.parse(await start(host, room));
    expect(ticket.expiresAtMs).toBeGreaterThan(Date.now() + 9 * 60_000);
    const finish = () => host.client.media.finishCover.mutate({ room, upload: ticket.upload });
    expect(await failureOf(finish())).toMatchObject({ code: "upload_incomplete", status: 409 });
    expect(await host.client.media.cover.query({ room })).toMatchObject({ state: "pending" });
    expect((await put(ticket)).status).toBe(200);
    const checking = { cover: null, state: "checking", upload: ticket.upload, fault: null, delayed: false };
    expect(coverAnswer.parse(await finish())).toEqual({ ...checking, state: "checking" });
    expect(await finish()).toMatchObject(checking);
    expect(await media.blobs.get(coverUploadKey(room, ticket.upload))).toEqual(file);
  }, 30_000);

  test("takes exactly the file that was announced: no other type, no other length", async () => {
    const host = await world.person();
    const room = await world.room(host, { live: false });
    const ticket = await start(host, room);
    expect((await put(ticket, file, { "content-type": "text/html" })).status).toBe(403);
    expect((await put(ticket, new Uint8Array(1_001))).status).toBe(403);
    expect((await put({ ...ticket, url: ticket.url.replace(room, "another0room") })).status).toBe(403);
    const refused = { code: "input_invalid", status: 400 };
    const announce = (type: string, bytes: number) =>
      // @ts-expect-error: what no typed client would send
      failureOf(host.client.media.startCover.mutate({ room, type, bytes }));
    for (const type of ["image/gif", "image/svg+xml", "text/html", ""]) {
      expect(await announce(type, 1_000)).toMatchObject(refused);
    }
    for (const bytes of [0, -1, 1.5, coverBytesMax + 1]) {
      expect(await announce("image/png", bytes)).toMatchObject(refused);
    }
  }, 30_000);

  test("is the host's alone", async () => {
    const [host, other] = [await world.person(), await world.person()];
    const room = await world.room(host, { live: false });
    await host.client.rooms.setModerator.mutate({ id: room, userName: other.name, moderator: true });
    const { upload } = await start(host, room);
    const calls = [
      () => start(other, room),
      () => other.client.media.finishCover.mutate({ room, upload }),
      () => other.client.media.cover.query({ room }),
      () => other.client.media.removeCover.mutate({ room }),
    ];
    for (const call of calls) expect(await failureOf(call())).toMatchObject({ code: "forbidden" });
    const unlisted = await host.client.rooms.create.mutate({ title: "unlisted", visibility: "unlisted" });
    const stranger = await world.person();
    expect(await failureOf(start(stranger, unlisted.id))).toMatchObject({ code: "room_not_found" });
    expect(await failureOf(stranger.client.media.cover.query({ room: unlisted.id }))).toMatchObject({
      code: "room_not_found",
    });
  }, 30_000);

  test("that is begun anew leaves the one before without effect, and its file is removed", async () => {
    const host = await world.person();
    const room = await world.room(host, { live: false });
    const first = await start(host, room);
    await put(first);
    const second = await start(host, room, "image/webp");
    const finish = (upload: string) => host.client.media.finishCover.mutate({ room, upload });
    expect(await failureOf(finish(first.upload))).toMatchObject({ code: "upload_not_found", status: 404 });
    expect(await removalsOf(room)).toEqual([`uploads/covers/${room}/${first.upload}/`]);
    await put(second);
    expect(await finish(second.upload)).toMatchObject({ state: "checking", upload: second.upload });
  }, 30_000);

  test("says that the storage is away, and nothing is lost: finishing works when it is back", async () => {
    const host = await world.person();
    const room = await world.room(host, { live: false });
    const ticket = await start(host, room);
    await put(ticket);
    const finish = { room, upload: ticket.upload };
    const away = { code: "storage_unavailable", status: 503 };
    await using down = await api.startAnotherNode({ S3_ENDPOINT: "http://127.0.0.1:1" });
    const throughDown = down.client({ token: host.token });
    await isWarm(throughDown);
    expect(await failureOf(throughDown.media.finishCover.mutate(finish))).toMatchObject(away);
    expect((await fetch(`${down.url}${coverPath({ room, cover, width: 320 })}`)).status).toBe(503);
    expect(await host.client.media.finishCover.mutate(finish)).toMatchObject({ state: "checking" });
    await using without = await api.startAnotherNode({ S3_ENDPOINT: "none" });
    const throughNone = without.client({ token: host.token });
    await isWarm(throughNone);
    const attempt = throughNone.media.startCover.mutate({ room, type: "image/png", bytes: 10 });
    expect(await failureOf(attempt)).toMatchObject(away);
  }, 60_000);
});

describe("a cover", () => {
  test("is served to whoever knows its name, cacheable for ever, in its three sizes", async () => {
    const host = await world.person();
    const room = await world.room(host, { live: false });
    await start(host, room);
    await coverReady(room);
    expect(await api.client().rooms.get.query({ id: room })).toMatchObject({ cover });
    for (const width of coverWidths) {
      const url = `${api.url}${coverPath({ room, cover, width })}`;
      const answer = await fetch(url);
      expect(answer.status).toBe(200);
      expect(new Uint8Array(await answer.arrayBuffer())).toEqual(file);
      const { headers } = answer;
      expect(headers.get("content-type")).toBe("image/webp");
      expect(headers.get("cache-control")).toBe("public, max-age=31536000, immutable");
      expect(headers.get("cross-origin-resource-policy")).toBe("cross-origin");
      expect(headers.get("x-content-type-options")).toBe("nosniff");
      const etag = headers.get("etag") ?? "";
      expect((await fetch(url, { headers: { "if-none-match": `"x", W/${etag}` } })).status).toBe(304);
      const head = await fetch(url, { method: "HEAD" });
      expect([head.status, head.headers.get("content-length")]).toEqual([200, String(file.length)]);
    }
    const missing = [
      coverPath({ room, cover: cover.replace("0", "f"), width: 320 }),
      `/covers/${room}/${cover}-321.webp`,
      `/covers/${room}/${cover}-320.webp/../../x`,
      `/covers/..%2fuploads/${cover}-320.webp`,
    ];
    for (const path of missing) {
      const answer = await fetch(`${api.url}${path}`);
      expect(answer.headers.get("cache-control")).toBe("no-store");
      expect([answer.status, errorBodySchema.parse(await answer.json()).code]).toEqual([404, "not_found"]);
    }
    const path = coverPath({ room, cover, width: 320 });
    expect((await fetch(`${api.url}${path}`, { method: "POST" })).status).toBe(405);
  }, 30_000);

  test("of a private room is named to those alone who are let in", async () => {
    const host = await world.person();
    const password = "open sesame";
    const { id } = await host.client.rooms.create.mutate({
      title: "private",
      visibility: "private",
      password,
    });
    await start(host, id);
    await coverReady(id);
    const guest = api.client();
    const failure = await failureOf(guest.rooms.get.query({ id }));
    expect(failure.code).toBe("room_password_wrong");
    expect(JSON.stringify([failure, await guest.rooms.list.query({ q: host.name })])).not.toContain(cover);
    expect(await guest.rooms.get.query({ id, password })).toMatchObject({ cover });
  }, 30_000);

  test("that is removed is told of, and its objects go; other changes of the room carry it along", async () => {
    const host = await world.person();
    const room = await world.room(host, { live: false });
    await host.client.media.removeCover.mutate({ room });
    expect(await facesOf(room)).toEqual([]);
    const { upload } = await start(host, room);
    await coverReady(room);
    await host.client.rooms.update.mutate({ id: room, title: "Another title" });
    await host.client.media.removeCover.mutate({ room });
    expect(await facesOf(room)).toMatchObject([
      { title: "Another title", cover },
      { title: "Another title", cover: null },
    ]);
    expect(await host.client.media.cover.query({ room })).toMatchObject({ cover: null, state: "none" });
    expect(await removalsOf(room)).toEqual([`covers/${room}/${cover}-`, `uploads/covers/${room}/${upload}/`]);
  }, 30_000);

  test("that is removed takes nothing of the next upload with it, however late its objects go", async () => {
    const host = await world.person();
    const room = await world.room(host, { live: false });
    const first = await start(host, room);
    await put(first);
    await host.client.media.removeCover.mutate({ room });
    const next = await start(host, room);
    await put(next);
    // What the worker does, now and once more in an hour.
    for (const prefix of await removalsOf(room)) await media.blobs.deleteAll(prefix);
    expect(await media.blobs.get(coverUploadKey(room, first.upload))).toBeUndefined();
    const finished = await host.client.media.finishCover.mutate({ room, upload: next.upload });
    expect(finished).toMatchObject({ state: "checking", upload: next.upload });
  }, 30_000);

  test("goes with its room", async () => {
    const host = await world.person();
    const room = await world.room(host, { live: false });
    await start(host, room);
    await coverReady(room);
    await host.client.rooms.delete.mutate({ id: room });
    expect(await removalsOf(room)).toEqual([`covers/${room}/`, `uploads/covers/${room}/`]);
    expect(await api.sql`select 1 from cover_uploads where room_id = ${room}`).toHaveLength(0);
    const without = await world.room(host, { live: false });
    await host.client.rooms.delete.mutate({ id: without });
    expect(await removalsOf(without)).toEqual([]);
  }, 30_000);
});
