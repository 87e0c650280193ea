import { afterAll, beforeAll, beforeEach, describe, expect, test } from "bun:test";
import {
  type ArchiveState,
  findOldestUnarchivedSeq,
  findReplay,
  findSessionArchive,
  listArchiveParts,
  type SessionArchiveRow,
} from "@barrage/db";
import { archiveIndexKey, archiveIndexSchema, newId } from "@barrage/platform";
import type { RoomEvent } from "@barrage/protocol";
import { waitFor } from "@barrage/testkit";
import { createMessageArchive } from "../archive/create-message-archive.ts";
import { type ArchiveWorld, openArchiveWorld, sessionDanmaku } from "../testing/archive-world.ts";
import { runJob } from "../testing/run-job.ts";
import { type ArchivedLog, archiveSession } from "./archive-session.ts";
import { verifySession } from "./verify-session.ts";
import { writeIndex } from "./write-index.ts";

const startMs = 1_700_000_000_000;

interface Session {
  readonly room: string;
  readonly session: string;
}

let w: ArchiveWorld;
let messages: AsyncDisposable;
beforeAll(async () => {
  w = await openArchiveWorld();
  await w.bucket.ensureBucket();
  messages = runJob(createMessageArchive(w.world));
}, 60_000);
afterAll(async () => {
  await messages?.[Symbol.asyncDispose]();
  await w?.[Symbol.asyncDispose]();
});

let mine: Session;
beforeEach(async () => {
  const session = newId();
  mine = { room: (await w.world.newRoom(session)).id, session };
});

const started = (): RoomEvent => ({
  v: 1,
  type: "room.started",
  room: mine.room,
  at: startMs,
  data: { session: mine.session },
});
const ended = (): RoomEvent => ({
  ...started(),
  type: "room.ended",
  at: startMs + 9_000,
  data: { session: mine.session },
});
const danmaku = (count: number, place = mine): RoomEvent[] =>
  Array.from({ length: count }, (_, index) =>
    sessionDanmaku({ ...place, at: startMs + index, text: `m${index}` }),
  );
const elsewhere = (count: number) => danmaku(count, { room: newId(), session: newId() });

async function rowWhen(isThere: (row: SessionArchiveRow) => boolean): Promise<SessionArchiveRow> {
  return await waitFor(async () => {
    const row = await findSessionArchive(w.world.database.orm, mine.session);
    return row !== undefined && isThere(row) ? row : undefined;
  });
}

/** Publishes a session and has the message archive tell of it. */
async function publish(events: readonly RoomEvent[]): Promise<SessionArchiveRow> {
  await w.publishAll(events);
  const isOver = events.some(({ type }) => type === "room.ended");
  return await rowWhen(({ endSeq }) => !isOver || endSeq !== null);
}

/** Drops what the log holds before a sequence, as trimming and ageing do. */
async function dropBefore(seq: number): Promise<void> {
  const jsm = await w.world.link.connection.jetstreamManager();
  await jsm.streams.purge("ROOMS", { seq });
}

async function archive(roomLog: ArchivedLog = w.world.roomLog): Promise<void> {
  const { database, logger } = w.world;
  const countParts = async (sessionId: string) => (await listArchiveParts(database.orm, sessionId)).length;
  const deps = { database, roomLog, blobs: w.blobs, logger, countParts };
  await archiveSession(deps, await rowWhen(() => true), new AbortController().signal);
  await writeIndex({ database, blobs: w.blobs }, mine.session);
}

/** What everybody is told of the session: by the database and by the index, which must agree; and its events. */
async function told(): Promise<{ readonly state: ArchiveState | undefined; readonly events: number }> {
  const { database, roomLog } = w.world;
  const replay = await findReplay(database.orm, { id: mine.session, roomId: mine.room });
  const bytes = await w.blobs.get(archiveIndexKey(mine.room, mine.session));
  const index = archiveIndexSchema.parse(JSON.parse(new TextDecoder().decode(bytes)));
  expect(index.cut).toBe(replay?.archive === "cut");
  const report = await verifySession({ database, roomLog, blobs: w.blobs }, mine.session);
  return { state: replay?.archive, events: report?.events ?? -1 };
}

describe("a session's archive is never called whole when events left the log before they were archived", () => {
  test("all of them", async () => {
    const { endSeq } = await publish([started(), ...danmaku(5), ended()]);
    await dropBefore((endSeq ?? 0) + 1);
    await archive();
    expect(await told()).toEqual({ state: "cut", events: 0 });
    // It is done with, and holds up no trimming.
    expect(await findOldestUnarchivedSeq(w.world.database.orm, w.world.roomLog.epoch())).toBeUndefined();
  });

  test("the first of them; the others are archived", async () => {
    const { firstSeq } = await publish([started(), ...danmaku(5), ended()]);
    await dropBefore(firstSeq + 3);
    await archive();
    expect(await told()).toEqual({ state: "cut", events: 4 });
  });

  test("some between two steps of a running session, also once it has ended", async () => {
    await publish([started(), ...danmaku(3)]);
    await archive();
    expect(await told()).toEqual({ state: "writing", events: 4 });
    await publish(danmaku(4));
    await dropBefore((await rowWhen(() => true)).archivedSeq + 3);
    await archive();
    expect(await told()).toEqual({ state: "cut", events: 6 });
    await publish([ended()]);
    await archive();
    expect(await told()).toEqual({ state: "cut", events: 7 });
  });

  test("while they were about to be read", async () => {
    const { firstSeq } = await publish([started(), ...danmaku(5), ended()]);
    const { roomLog } = w.world;
    await archive({
      ...roomLog,
      async readAfter(roomId, range) {
        await dropBefore(firstSeq + 2);
        return await roomLog.readAfter(roomId, range);
      },
    });
    expect(await told()).toEqual({ state: "cut", events: 5 });
  });
});

describe("a session's archive is called whole", () => {
  test("when what was lost before it began was of others", async () => {
    await w.publishAll(elsewhere(5));
    const { firstSeq } = await publish([started(), ...danmaku(5), ended()]);
    await dropBefore(firstSeq);
    await archive();
    expect(await told()).toEqual({ state: "whole", events: 7 });
  });

  test("when nothing happened in its room while others' events were archived and trimmed, which it does not hold up", async () => {
    const { orm } = w.world.database;
    await publish([started(), ...danmaku(2)]);
    await archive();
    await w.publishAll(elsewhere(20));
    await archive();
    const { lastSeq } = await w.world.roomLog.bounds();
    expect(await findOldestUnarchivedSeq(orm, w.world.roomLog.epoch())).toBe(lastSeq + 1);
    await dropBefore(lastSeq + 1);
    await archive();
    await publish([...danmaku(3), ended()]);
    await archive();
    expect(await told()).toEqual({ state: "whole", events: 7 });
  });

  test("when a reader that lagged behind has caught up, and not before", async () => {
    await publish([started(), ...danmaku(5), ended()]);
    const { roomLog } = w.world;
    const lagging: ArchivedLog = {
      ...roomLog,
      async readAfter(roomId, range) {
        const page = await roomLog.readAfter(roomId, range);
        return { entries: page.entries.slice(0, 3), complete: true };
      },
    };
    await expect(archive(lagging)).rejects.toMatchObject({ code: "log_unavailable" });
    await archive();
    expect(await told()).toEqual({ state: "whole", events: 7 });
  });
});
