import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { errorTable } from "@barrage/protocol";
import { failureOf } from "../../testing/api-client.ts";
import { type MediaWorld, putPart, startMediaWorld } from "../../testing/media-world.ts";

const mib = 1_024 ** 2;
let w: MediaWorld;
beforeAll(async () => {
  w = await startMediaWorld();
}, 60_000);
afterAll(async () => {
  await w?.[Symbol.asyncDispose]();
});

async function refusal(call: Promise<unknown>) {
  const { code, message, issues } = await failureOf(call);
  expect(message).toBe(errorTable[code].message);
  return issues === undefined ? { code } : { code, issues };
}

/** A host who has begun to record. */
async function recorder(more: { readonly bytes?: number } = {}) {
  const place = await w.liveHost();
  const { host, room, session } = place;
  const started = await host.client.media.startRecording.mutate({
    room,
    session,
    contentType: "video/webm",
    ...more,
  });
  return { ...place, media: host.client.media, id: started.recording.id, started };
}

const full = () => new Uint8Array(5 * mib);

/** As the worker does when it has checked a recording. */
async function makeReady(id: string): Promise<void> {
  await w.api.sql`update recordings set state = 'ready', duration_ms = 5000,
    play_key = 'recordings/' || room_id || '/' || id || '/original.webm' where id = ${id}`;
}

describe("uploading a recording", () => {
  test("parts come while it is recorded, in any order and twice, and are there after a pause", async () => {
    const { media, host, id, started } = await recorder();
    expect(started).toMatchObject({
      partBytes: 5 * mib,
      parts: [],
      recording: { state: "uploading", bytes: null },
    });
    expect((await putPart(host.client, id, { number: 2, body: new Uint8Array(7) })).status).toBe(200);
    expect((await putPart(host.client, id, { number: 1, body: full().fill(1) })).status).toBe(200);
    expect((await putPart(host.client, id, { number: 1, body: full() })).status).toBe(200);
    const parts = [
      { number: 1, bytes: 5 * mib },
      { number: 2, bytes: 7 },
    ];
    expect(await media.upload.query({ id })).toMatchObject({ parts });
    const total = { id, parts: 2, bytes: 5 * mib + 7 };
    const done = await media.completeRecording.mutate(total);
    expect(done).toMatchObject({ state: "checking", bytes: 5 * mib + 7, delayed: false });
    expect(await media.completeRecording.mutate(total)).toEqual(done);
    expect(await refusal(media.partUrls.mutate({ id, parts }))).toEqual({ code: "recording_not_uploading" });
    expect(await refusal(media.abortRecording.mutate({ id }))).toEqual({ code: "recording_not_uploading" });
  }, 20_000);

  test("what is not whole is not taken, and the answer names what is missing", async () => {
    const { media, host, id } = await recorder();
    await putPart(host.client, id, { number: 1, body: new Uint8Array(9) });
    await putPart(host.client, id, { number: 3, body: new Uint8Array(9) });
    const complete = (parts: number, bytes: number) =>
      refusal(media.completeRecording.mutate({ id, parts, bytes }));
    const incomplete = (message: string) => ({
      code: "recording_incomplete" as const,
      issues: [{ path: "parts", message }],
    });
    expect(await complete(3, 18)).toEqual(incomplete("missing parts: 2"));
    expect(await complete(1, 8)).toEqual(incomplete("the parts have 9 bytes, not 8"));
    await putPart(host.client, id, { number: 2, body: new Uint8Array(9) });
    expect(await complete(3, 27)).toEqual(incomplete("too small for a part in the middle: 1, 2"));
    expect((await media.upload.query({ id })).parts.length).toBe(3);
  });

  test("a file comes in parts of the length that follows from its own, and no other", async () => {
    const bytes = 16 * mib + 3;
    const { media, host, id, started } = await recorder({ bytes });
    expect(started.partBytes).toBe(16 * mib);
    const ask = (number: number, of: number) => media.partUrls.mutate({ id, parts: [{ number, bytes: of }] });
    expect(await refusal(ask(1, 5 * mib))).toMatchObject({ code: "input_invalid" });
    expect(await refusal(ask(3, 1))).toMatchObject({ code: "input_invalid" });
    const { urls } = await ask(2, 3);
    // The length is signed: the store itself refuses any other.
    const longer = await fetch(urls[0]?.url ?? "", { method: "PUT", body: new Uint8Array(4) });
    expect(longer.status).toBe(403);
    expect((await putPart(host.client, id, { number: 2, body: new Uint8Array(3) })).status).toBe(200);
    expect(await refusal(media.completeRecording.mutate({ id, parts: 2, bytes: bytes - 1 }))).toMatchObject({
      code: "recording_incomplete",
    });
  });

  test("wrong types and sizes, sessions of others and ended ones are refused before anything is stored", async () => {
    const { host, room, session, media } = await recorder();
    const draft = { room, session, contentType: "video/webm" as const };
    const start = (more: object) => refusal(media.startRecording.mutate({ ...draft, ...more }));
    expect(await start({ contentType: "text/html" })).toMatchObject({ code: "input_invalid" });
    expect(await start({ bytes: 20_000_000_001 })).toEqual({ code: "recording_too_large" });
    expect(await start({ session: "nosuchsession" })).toEqual({ code: "session_not_found" });
    const other = await w.liveHost();
    expect(await refusal(other.host.client.media.startRecording.mutate(draft))).toEqual({
      code: "session_not_found",
    });
    expect(await start({ room: other.room, session: other.session })).toEqual({ code: "session_not_found" });
    await host.client.rooms.end.mutate({ id: room });
    expect(await start({})).toEqual({ code: "room_not_live" });
    const file = await media.startRecording.mutate({ ...draft, bytes: 9, offsetMs: -2_000 });
    expect(file.recording).toMatchObject({ bytes: 9, offsetMs: -2_000 });
  });

  test("a host records five things at once and no more, also when all begin together", async () => {
    const { room, session, media } = await recorder();
    const draft = { room, session, contentType: "video/webm" as const };
    const begun = await Promise.allSettled(
      Array.from({ length: 8 }, () => media.startRecording.mutate(draft)),
    );
    expect(begun.filter(({ status }) => status === "fulfilled").length).toBe(4);
    expect(await refusal(media.startRecording.mutate(draft))).toEqual({ code: "limit_reached" });
  });

  test("the offset to the session is by the server's clock, from how long ago the recorder began", async () => {
    const { room, session, media } = await recorder();
    await w.api
      .sql`update room_sessions set started_at = now() - interval '60 seconds' where id = ${session}`;
    const { recording } = await media.startRecording.mutate({
      room,
      session,
      contentType: "video/webm",
      startedAgoMs: 20_000,
    });
    // The servers' own time in between, and no upper end: it may be slow.
    expect(recording.offsetMs).toBeGreaterThanOrEqual(40_000);
  });

  test("an upload is its host's alone: for others it is not there", async () => {
    const { id } = await recorder();
    const { media } = (await w.world.person()).client;
    const total = { id, parts: 1, bytes: 1 };
    for (const call of [
      () => media.upload.query({ id }),
      () => media.partUrls.mutate({ id, parts: [{ number: 1, bytes: 1 }] }),
      () => media.completeRecording.mutate(total),
      () => media.abortRecording.mutate({ id }),
      () => media.deleteRecording.mutate({ id }),
      () => media.recording.query({ id }),
      () => media.playback.query({ id }),
    ]) {
      expect(await refusal(call())).toEqual({ code: "recording_not_found" });
    }
    expect(await refusal(w.api.client().media.upload.query({ id }))).toEqual({ code: "unauthenticated" });
  });

  test("one that is given up says so, and one that is deleted is gone for everybody at once", async () => {
    const { media, id, room, session } = await recorder();
    expect(await media.abortRecording.mutate({ id })).toMatchObject({ state: "failed", reason: "aborted" });
    expect((await media.recordings.query({ room, session })).items).toMatchObject([
      { id, reason: "aborted" },
    ]);
    expect(await media.deleteRecording.mutate({ id })).toEqual({ ok: true });
    expect((await media.recordings.query({ room, session })).items).toEqual([]);
    expect(await refusal(media.deleteRecording.mutate({ id }))).toEqual({ code: "recording_not_found" });
  });
});

describe("playing a recording", () => {
  test("it is there for those who watch once it is ready, by a URL that takes ranges and ends", async () => {
    const { host, id, room, session } = await recorder();
    await putPart(host.client, id, { number: 1, body: Buffer.from("0123456789") });
    const anonymous = w.api.client().media;
    expect((await anonymous.recordings.query({ room, session })).items).toEqual([]);
    expect(await refusal(anonymous.playback.query({ id }))).toEqual({ code: "recording_not_found" });
    expect(await refusal(host.client.media.playback.query({ id }))).toEqual({ code: "recording_not_ready" });
    await makeReady(id);
    expect((await anonymous.recordings.query({ room, session })).items).toMatchObject([
      { id, state: "ready", durationMs: 5_000 },
    ]);
    const { url, ...played } = await anonymous.playback.query({ id });
    expect(played).toMatchObject({ contentType: "video/webm", durationMs: 5_000 });
    expect(played.expiresAtMs - Date.now()).toBeLessThanOrEqual(30 * 60_000);
    expect(new URL(url).searchParams.get("X-Amz-Expires")).toBe("1800");
    // Nothing else is opened by it.
    expect((await fetch(url.replace(id, "another00000"))).status).toBe(403);
  });

  test("a private room's recordings need what watching it needs, and banned users don't get them", async () => {
    const { host, id, room, session } = await recorder();
    await makeReady(id);
    const viewer = await w.world.person();
    expect(await viewer.client.media.playback.query({ id })).toMatchObject({ durationMs: 5_000 });
    await host.client.rooms.ban.mutate({ id: room, userId: viewer.id, minutes: null });
    expect(await refusal(viewer.client.media.playback.query({ id }))).toEqual({ code: "user_banned" });
    await host.client.rooms.update.mutate({ id: room, visibility: "private", password: "open sesame" });
    const anonymous = w.api.client().media;
    for (const call of [
      () => anonymous.playback.query({ id }),
      () => anonymous.recording.query({ id }),
      () => anonymous.recordings.query({ room, session }),
      () => anonymous.playback.query({ id, password: "a wrong one" }),
    ]) {
      expect(await refusal(call())).toEqual({ code: "room_password_wrong" });
    }
    expect(await anonymous.playback.query({ id, password: "open sesame" })).toMatchObject({
      durationMs: 5_000,
    });
  });

  test("with its room the recording goes, at once for everybody", async () => {
    const { host, id, room } = await recorder();
    await makeReady(id);
    await host.client.rooms.end.mutate({ id: room });
    await host.client.rooms.delete.mutate({ id: room });
    expect(await refusal(w.api.client().media.playback.query({ id }))).toEqual({
      code: "recording_not_found",
    });
    const [row] = await w.api.sql`select removing from recordings where id = ${id}`;
    expect(row).toEqual({ removing: true });
  });
});

describe("while the object store is down", () => {
  test("it is said so, nothing is half-begun, and an upload goes on where it was when it is back", async () => {
    const { media, host, id, room, session } = await recorder();
    await putPart(host.client, id, { number: 1, body: new Uint8Array(5) });
    await using away = await w.api.startAnotherNode({ S3_ENDPOINT: "http://127.0.0.1:9" });
    const elsewhere = away.client({ token: host.token }).media;
    const draft = { room, session, contentType: "video/webm" as const };
    const total = { id, parts: 1, bytes: 5 };
    for (const call of [
      () => elsewhere.startRecording.mutate(draft),
      () => elsewhere.upload.query({ id }),
      () => elsewhere.completeRecording.mutate(total),
    ]) {
      expect(await refusal(call())).toEqual({ code: "storage_unavailable" });
    }
    expect((await media.recordings.query({ room, session })).items).toMatchObject([
      { id, state: "uploading" },
    ]);
    expect(await media.completeRecording.mutate(total)).toMatchObject({ state: "checking" });
  }, 20_000);
});
