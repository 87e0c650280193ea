import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import {
  completeRecordingUpload,
  deleteRoom,
  findRecording,
  insertRecording,
  type RecordingRow,
  removeRecording,
  setRecordingUpload,
} from "@barrage/db";
import { newId, recordingKeys } from "@barrage/platform";
import { waitFor } from "@barrage/testkit";
import { madeVideo } from "../testing/made-video.ts";
import { type MediaWorld, openMediaWorld } from "../testing/media-world.ts";
import { runJob } from "../testing/run-job.ts";
import { checkRecording } from "./check-recording.ts";
import { createRecordingChecks } from "./create-recording-checks.ts";
import { createRecordingCleanup } from "./create-recording-cleanup.ts";
import { openRecordingSource } from "./recording-source.ts";

let w: MediaWorld;
beforeAll(async () => {
  w = await openMediaWorld();
}, 60_000);
afterAll(async () => {
  await w?.[Symbol.asyncDispose]();
});

type Bytes = Uint8Array<ArrayBuffer>;

/** A recording that is uploaded, in as many parts as are given, and waits for the worker. */
async function uploaded(parts: readonly Bytes[], contentType = "video/webm"): Promise<RecordingRow> {
  const row = await begun(contentType);
  const upload = await w.media.uploads.begin(recordingKeys(row).original, contentType);
  await setRecordingUpload(w.database.orm, row.id, upload.uploadId);
  for (const [index, bytes] of parts.entries()) await w.media.uploads.putPart(upload, index + 1, bytes);
  const total = { parts: parts.length, bytes: parts.reduce((sum, { length }) => sum + length, 0) };
  const done = await completeRecordingUpload(w.database.orm, row, total);
  if (done === undefined) throw new Error("it was being uploaded");
  return done;
}

async function begun(contentType = "video/webm"): Promise<RecordingRow> {
  const session = newId();
  const { id: roomId, hostId } = await w.world.newRoom(session);
  const recording = { id: newId(), roomId, sessionId: session, hostId, contentType };
  const size = { partBytes: 5 * 1_024 ** 2, declaredBytes: null, offsetMs: 1_500, startedAgoMs: 0 };
  const row = await w.database.transaction((orm) =>
    insertRecording(orm, { ...recording, ...size }, { uploadingOfHost: 9, ofSession: 9 }),
  );
  if (typeof row === "string") throw new Error(row);
  return row;
}

const checks = () => runJob(createRecordingChecks({ ...w, newId }));
const cleanup = () => runJob(createRecordingCleanup(w));

/** The recording once it is not being checked any more. */
const settled = (id: string) =>
  waitFor(async () => {
    const row = await findRecording(w.database.orm, id);
    return row?.state === "checking" ? undefined : row;
  });
const objectsOf = (row: RecordingRow) => w.media.blobs.list(recordingKeys(row).prefix);
const eventsOf = async (row: RecordingRow) =>
  w.sql`select event from outbox where room_id = ${row.roomId} and event->>'type' = 'recording.ready'`;

describe("an uploaded recording", () => {
  test("that a browser recorded gets its duration and an index to seek by; its room is told, once", async () => {
    const video = await madeVideo({ seconds: 30, live: true });
    const row = await uploaded([video]);
    await using _ = checks();
    await using __ = cleanup();
    const ready = await settled(row.id);
    expect(ready).toMatchObject({ state: "ready", playKey: recordingKeys(row).playable });
    expect(ready?.durationMs).toBeGreaterThan(29_000);
    expect(ready?.durationMs).toBeLessThan(31_000);
    const [event, ...more] = await eventsOf(row);
    expect(more).toEqual([]);
    expect(event?.event).toMatchObject({
      room: row.roomId,
      data: { id: row.id, session: row.sessionId, offsetMs: 1_500, durationMs: ready?.durationMs },
    });
    await waitFor(async () => (await objectsOf(row)).length === 1);
    expect(await objectsOf(row)).toEqual([recordingKeys(row).playable]);
    using played = openRecordingSource(w.media.blobs, {
      key: ready?.playKey ?? "",
      bytes: ready?.bytes ?? 0,
    });
    // By the index alone: what lies between is not read.
    const track = await played.input.getPrimaryVideoTrack();
    expect(await track?.getDurationFromMetadata()).toBeGreaterThan(29);
  }, 30_000);

  test("that can be sought in is left as it is, in several parts as in one", async () => {
    const video = await madeVideo({ seconds: 20, live: false, frameBytes: 30_000 });
    const half = 5 * 1_024 ** 2;
    expect(video.length).toBeGreaterThan(half);
    const row = await uploaded([video.slice(0, half), video.slice(half)]);
    await using _ = checks();
    const ready = await settled(row.id);
    expect(ready).toMatchObject({
      state: "ready",
      playKey: recordingKeys(row).original,
      bytes: video.length,
    });
    expect(await w.media.blobs.get(ready?.playKey ?? "")).toEqual(video);
  }, 30_000);

  test("fails with a reason when it is not what it says, and nothing of it stays", async () => {
    const video = await madeVideo({ seconds: 2, live: true });
    const cases = [
      { bytes: new TextEncoder().encode("<script>alert(1)</script>"), fault: "wrong_type" },
      { bytes: new TextEncoder().encode("no video"), fault: "wrong_type" },
      { bytes: video, type: "video/mp4", fault: "wrong_type" },
      { bytes: video.slice(0, 300), fault: "unplayable" },
      { bytes: await madeVideo({ seconds: 2, live: true, picture: false }), fault: "unplayable" },
    ];
    const rows = await Promise.all(cases.map(({ bytes, type }) => uploaded([bytes], type)));
    await using _ = checks();
    await using __ = cleanup();
    for (const [index, row] of rows.entries()) {
      const { state, fault } = (await settled(row.id)) ?? {};
      expect({ index, state, fault }).toEqual({ index, state: "failed", fault: cases[index]?.fault ?? "" });
      await waitFor(async () => (await objectsOf(row)).length === 0);
      expect(await eventsOf(row)).toEqual([]);
    }
  }, 30_000);

  test("that is cut off in the middle of a frame is played as far as it goes", async () => {
    const video = await madeVideo({ seconds: 30, live: true });
    const row = await uploaded([video.slice(0, Math.floor(video.length * 0.6))]);
    await using _ = checks();
    const ready = await settled(row.id);
    expect(ready?.state).toBe("ready");
    expect(ready?.durationMs).toBeGreaterThan(10_000);
  }, 30_000);

  test("whose worker was killed while it wrote it anew is ready all the same, and no unfinished upload stays", async () => {
    const row = await uploaded([await madeVideo({ seconds: 2, live: true })]);
    const { uploads } = w.media;
    const { prefix, playable } = recordingKeys(row);
    // As a killed worker does, it neither goes on nor cleans up: its first part is stored, and that was all.
    const putPart: typeof uploads.putPart = async (...part) => {
      await uploads.putPart(...part);
      return await new Promise(() => {});
    };
    const killed = { ...w, media: { ...w.media, uploads: { ...uploads, putPart } } };
    void checkRecording({ ...killed, newId, signal: new AbortController().signal }, row);
    await waitFor(async () => {
      const [begun] = await uploads.list(playable);
      return begun !== undefined && (await uploads.parts(begun))?.length === 1;
    });
    await using _ = checks();
    expect(await settled(row.id)).toMatchObject({ state: "ready", playKey: playable });
    expect(await uploads.list(prefix)).toEqual([]);
  }, 30_000);

  test("of which the store has lost the upload says so", async () => {
    const row = await uploaded([new Uint8Array(9)]);
    await w.media.uploads.abort({ key: recordingKeys(row).original, uploadId: row.uploadId ?? "" });
    await using _ = checks();
    expect(await settled(row.id)).toMatchObject({ state: "failed", fault: "upload_lost" });
  });

  test("waits while the store is down, says that it is delayed, and is ready when the store is back", async () => {
    const row = await uploaded([await madeVideo({ seconds: 2, live: true })]);
    {
      await using _ = runJob(createRecordingChecks({ ...w, media: w.unreachable, newId }));
      await waitFor(async () => ((await findRecording(w.database.orm, row.id))?.attempts ?? 0) > 0);
    }
    expect(await findRecording(w.database.orm, row.id)).toMatchObject({ state: "checking" });
    await w.sql`update recordings set next_attempt_at = now() where id = ${row.id}`;
    await using _ = checks();
    expect(await settled(row.id)).toMatchObject({ state: "ready", attempts: 0 });
  }, 30_000);
});

describe("what nobody needs any more", () => {
  test("an upload that another worker began late goes with a ready recording's original", async () => {
    const row = await uploaded([await madeVideo({ seconds: 2, live: true })]);
    {
      await using _ = checks();
      expect(await settled(row.id)).toMatchObject({ state: "ready" });
    }
    const { playable, prefix } = recordingKeys(row);
    await w.media.uploads.begin(playable, row.contentType);
    await using _ = cleanup();
    await waitFor(async () => (await findRecording(w.database.orm, row.id))?.uploadId === null);
    expect(await w.media.uploads.list(prefix)).toEqual([]);
    expect(await objectsOf(row)).toEqual([playable]);
  }, 30_000);

  test("an upload that nobody has gone on with for a day expires, parts and all, and no other does", async () => {
    const [old, young] = [await begun(), await begun()];
    for (const row of [old, young]) {
      const upload = await w.media.uploads.begin(recordingKeys(row).original, row.contentType);
      await w.media.uploads.putPart(upload, 1, new Uint8Array(9));
      await setRecordingUpload(w.database.orm, row.id, upload.uploadId);
    }
    await w.sql`update recordings set changed_at = now() - interval '25 hours' where id = ${old.id}`;
    await using _ = cleanup();
    const expired = await waitFor(async () => {
      const row = await findRecording(w.database.orm, old.id);
      return row?.stored === false ? row : undefined;
    });
    expect(expired).toMatchObject({ state: "failed", fault: "expired" });
    expect(await w.media.uploads.list(recordingKeys(old).prefix)).toEqual([]);
    expect(await findRecording(w.database.orm, young.id)).toMatchObject({ state: "uploading" });
    expect((await w.media.uploads.list(recordingKeys(young).prefix)).length).toBe(1);
  }, 30_000);

  test("objects of deleted recordings and of deleted rooms go, also when the store was down at first", async () => {
    const [ofRoom, deleted, kept] = [await begun(), await begun(), await begun()];
    for (const row of [ofRoom, deleted, kept]) {
      await w.media.blobs.put(recordingKeys(row).playable, Buffer.from("x"), row.contentType);
    }
    await w.sql`update rooms set live_session_id = null where id = ${ofRoom.roomId}`;
    expect(await w.database.transaction((orm) => deleteRoom(orm, ofRoom.roomId))).toBe(true);
    expect(await removeRecording(w.database.orm, deleted)).toBe(true);
    const attempts = async () => {
      const [row] = await w.sql`select attempts from recordings where id = ${deleted.id}`;
      return row?.attempts ?? 0;
    };
    {
      await using _ = runJob(createRecordingCleanup({ ...w, media: w.unreachable }));
      await waitFor(async () => (await attempts()) > 0);
    }
    expect((await objectsOf(deleted)).length).toBe(1);
    await w.sql`update recordings set next_attempt_at = now()`;
    await using _ = cleanup();
    await waitFor(async () => {
      const rows = await w.sql`select id from recordings where removing`;
      return rows.length === 0;
    });
    expect(await objectsOf(ofRoom)).toEqual([]);
    expect(await objectsOf(deleted)).toEqual([]);
    expect((await objectsOf(kept)).length).toBe(1);
  }, 30_000);
});
