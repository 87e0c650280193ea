import { describe, expect, test } from "bun:test";
import { findSessionArchive, markMessageDeleted } from "@barrage/db";
import { archiveIndexKey, archiveIndexSchema, archivePrefix, newId, partBytesMax } from "@barrage/platform";
import { type RoomEvent, roomSubject } from "@barrage/protocol";
import { seededRandom, startApp, waitFor } from "@barrage/testkit";
import { SQL } from "bun";
import { createMessageArchive } from "../archive/create-message-archive.ts";
import { type ArchiveWorld, openArchiveWorld, sessionDanmaku } from "../testing/archive-world.ts";
import { runJob } from "../testing/run-job.ts";
import { createReplayArchive } from "./create-replay-archive.ts";
import { type ArchiveReport, verifySession } from "./verify-session.ts";

const startMs = 1_700_000_000_000;
const hourMs = 60 * 60 * 1_000;

interface Session {
  readonly room: string;
  readonly session: string;
}

function boundary(type: "room.started" | "room.ended", { room, session }: Session, at = startMs): RoomEvent {
  return { v: 1, type, room, at, data: { session } };
}

/** Texts that gzip can't shrink much, so that few events fill a part. */
function noisyDanmaku(place: Session, count: number, bytes: number): RoomEvent[] {
  const random = seededRandom();
  const noise = () =>
    Array.from({ length: bytes }, () => String.fromCodePoint(33 + random.between(0, 90))).join("");
  return Array.from({ length: count }, (_, index) =>
    sessionDanmaku({ ...place, at: startMs + index * 7, text: noise() }),
  );
}

function runArchive(w: ArchiveWorld, runningEveryMs = hourMs): AsyncDisposable {
  const { database, roomLog, logger } = w.world;
  const jobs = [
    runJob(createMessageArchive({ database, roomLog, logger })),
    runJob(
      createReplayArchive({ database, roomLog, logger, bucket: w.bucket, blobs: w.blobs, runningEveryMs }),
    ),
  ];
  return {
    async [Symbol.asyncDispose]() {
      for (const job of jobs) await job[Symbol.asyncDispose]();
    },
  };
}

async function verify({ world, blobs }: ArchiveWorld, session: string): Promise<ArchiveReport> {
  const { database, roomLog } = world;
  const report = await verifySession({ database, roomLog, blobs }, session);
  if (report === undefined) throw new Error("no such session");
  return report;
}

async function readIndex({ blobs }: ArchiveWorld, { room, session }: Session) {
  const bytes = await blobs.get(archiveIndexKey(room, session));
  return archiveIndexSchema.parse(JSON.parse(new TextDecoder().decode(bytes)));
}

describe("replay archive", () => {
  test("holds a session's events, all of them and no others', in parts of at most 8 MB that verify", async () => {
    await using w = await openArchiveWorld();
    const [mine, other] = [
      { room: newId(), session: newId() },
      { room: newId(), session: newId() },
    ];
    const danmaku = noisyDanmaku(mine, 3_000, 3_600);
    await w.publishAll([boundary("room.started", other), boundary("room.started", mine)]);
    await w.publishAll(danmaku.slice(0, 2_000));
    await w.publishAll(noisyDanmaku(other, 50, 10));
    // As no version of ours writes it: line breaks between tokens, and bytes that are no JSON.
    for (const bytes of ['{\n"v":1}', "no json \r\n"])
      await w.world.link.connection.request(roomSubject(mine.room), bytes, { timeout: 2_000 });
    await w.publishAll(danmaku.slice(2_000));
    await w.publishAll([boundary("room.ended", mine, startMs + hourMs)]);
    await using _jobs = runArchive(w);
    await waitFor(() => w.isArchived(mine.session), { deadlineMs: 30_000 });
    expect(await verify(w, mine.session)).toEqual({
      parts: 2,
      events: danmaku.length + 4,
      inStream: danmaku.length + 4,
      inPostgres: danmaku.length,
      faults: [],
    });
    const { parts } = await readIndex(w, mine);
    for (const part of parts) expect(part.bytes).toBeLessThanOrEqual(partBytesMax);
    // A running session is told of, so that it can be replayed from the log.
    expect(await readIndex(w, other)).toMatchObject({ endedAtMs: null, parts: [] });

    const [part] = parts;
    const object = await w.blobs.get(part?.key ?? "");
    if (part === undefined || object === undefined) throw new Error("no part");
    const flipped = new Uint8Array(object);
    const bit = seededRandom().between(0, 8 * flipped.length - 1);
    flipped[bit >> 3] = (flipped[bit >> 3] ?? 0) ^ (1 << (bit & 7));
    await w.blobs.put(part.key, flipped, "application/gzip");
    expect((await verify(w, mine.session)).faults).toContain(`${part.key} has another SHA-256`);
    await w.blobs.put(part.key, object, "application/gzip");
    expect((await verify(w, mine.session)).faults).toEqual([]);
  }, 60_000);

  test("is complete, each event once, after the worker was killed again and again", async () => {
    await using w = await openArchiveWorld();
    const mine = { room: newId(), session: newId() };
    const variables = {
      DATABASE_URL: w.world.databaseUrl,
      NATS_URL: w.world.nats.url,
      HOST: "127.0.0.1",
      S3_ENDPOINT: w.s3.url,
      S3_ACCESS_KEY_ID: w.s3.accessKeyId,
      S3_SECRET_ACCESS_KEY: w.s3.secretAccessKey,
    };
    const danmaku = noisyDanmaku(mine, 4_000, 5_400);
    await w.publishAll([boundary("room.started", mine), ...danmaku, boundary("room.ended", mine)]);
    const random = seededRandom();
    // Killed at three different points: before, within and after the first parts.
    for (let kills = 0; kills < 3; kills++) {
      await using worker = await startApp("worker", variables);
      const parts = async () => (await w.blobs.list(archivePrefix(mine.room, mine.session))).length;
      await waitFor(async () => (await parts()) > kills, { deadlineMs: 20_000 }).catch(() => undefined);
      await Bun.sleep(random.between(0, 100));
      await worker.kill("SIGKILL");
    }
    await using _worker = await startApp("worker", variables);
    await waitFor(() => w.isArchived(mine.session), { deadlineMs: 30_000 });
    const report = await verify(w, mine.session);
    expect(report).toMatchObject({ events: danmaku.length + 2, inPostgres: danmaku.length, faults: [] });
    // What a killed worker left half done is gone.
    const keys = await w.blobs.list(archivePrefix(mine.room, mine.session));
    expect(keys.length).toBe(report.parts + 1);
  }, 120_000);

  test("follows a running session, hides what is deleted later, and goes with its room", async () => {
    await using w = await openArchiveWorld();
    const mine = { room: newId(), session: newId() };
    const [first, second] = noisyDanmaku(mine, 2, 10);
    if (first === undefined || second === undefined) throw new Error("no danmaku");
    await w.publishAll([boundary("room.started", mine), first]);
    await using _jobs = runArchive(w, 0);
    await waitFor(async () => (await readIndex(w, mine)).parts.length === 1, { deadlineMs: 20_000 });
    await w.publishAll([second, boundary("room.ended", mine)]);
    await waitFor(() => w.isArchived(mine.session), { deadlineMs: 20_000 });
    expect(await verify(w, mine.session)).toMatchObject({ events: 4, faults: [] });
    if (first.type !== "danmaku.sent" || second.type !== "danmaku.sent") throw new Error("not a danmaku");
    const [marked, unmarked] = [first.data.id, second.data.id];
    const deleted = (id: string): RoomEvent => ({
      v: 1,
      type: "message.deleted",
      room: mine.room,
      at: startMs,
      data: { id },
    });
    const isHidden = async (id: string) => (await readIndex(w, mine)).deleted.includes(id);
    // As the api deletes what is archived: the row is marked by the time that its event is read.
    const { orm } = w.world.database;
    const order = { id: marked, roomId: mine.room, deletedAt: new Date(startMs) };
    expect(await markMessageDeleted(orm, order)).toBe(true);
    await w.publishAll([deleted(marked)]);
    await waitFor(() => isHidden(marked), { deadlineMs: 20_000 });
    // As it deletes what is not archived yet: the event alone tells of it.
    await w.publishAll([deleted(unmarked)]);
    await waitFor(() => isHidden(unmarked), { deadlineMs: 20_000 });
    await w.publishAll([{ v: 1, type: "room.deleted", room: mine.room, at: startMs, data: {} }]);
    await waitFor(async () => (await w.blobs.list(archivePrefix(mine.room, mine.session))).length === 0, {
      deadlineMs: 20_000,
    });
    await waitFor(async () => (await findSessionArchive(w.world.database.orm, mine.session)) === undefined);
  }, 60_000);

  test("rides out an object store that goes away, and archives a running session again after its time", async () => {
    await using w = await openArchiveWorld();
    const mine = { room: newId(), session: newId() };
    const danmaku = noisyDanmaku(mine, 300, 10);
    await w.publishAll([boundary("room.started", mine), ...danmaku.slice(0, 200)]);
    await using _jobs = runArchive(w);
    await waitFor(async () => (await w.blobs.get(archiveIndexKey(mine.room, mine.session))) !== undefined, {
      deadlineMs: 20_000,
    });
    expect((await readIndex(w, mine)).parts).toEqual([]);
    // An hour has passed.
    await using sql = new SQL({ url: w.world.databaseUrl, max: 1 });
    await sql`update session_archives set archived_at = archived_at - interval '61 minutes'`;
    const parts = async () => (await w.blobs.list(archivePrefix(mine.room, mine.session))).length - 1;
    await waitFor(async () => (await parts()) > 0, { deadlineMs: 20_000 });
    await w.s3.stop();
    await w.publishAll([...danmaku.slice(200), boundary("room.ended", mine)]);
    await waitFor(async () => (await findSessionArchive(w.world.database.orm, mine.session))?.endSeq);
    expect(await w.isArchived(mine.session)).toBe(false);
    await w.s3.start();
    await waitFor(() => w.isArchived(mine.session), { deadlineMs: 30_000 });
    expect(await verify(w, mine.session)).toMatchObject({ events: danmaku.length + 2, faults: [] });
  }, 90_000);
});
