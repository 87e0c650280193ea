import { describe, expect, test } from "bun:test";
import { findMessage, listMessages, type MessageRow } from "@barrage/db";
import { newId } from "@barrage/platform";
import { type RoomEvent, type RoomEventOf, roomSubject } from "@barrage/protocol";
import { waitFor } from "@barrage/testkit";
import { runJob } from "../testing/run-job.ts";
import { openWorkerWorld, type WorkerWorld } from "../testing/worker-world.ts";
import { createMessageArchive } from "./create-message-archive.ts";

const session = newId();

type Danmaku = RoomEventOf<"danmaku.sent">;

function danmaku(room: string, text: string, extra: Partial<Pick<Danmaku, "at" | "mediaMs">> = {}): Danmaku {
  const data = { id: newId(), session, text, color: "#ffffff", mode: "scroll" } as const;
  const by = { id: newId(), name: "somebody", role: "viewer" } as const;
  return { v: 1, type: "danmaku.sent", room, at: 1_700_000_000_000, by, data, ...extra };
}

async function publish(world: WorkerWorld, events: readonly RoomEvent[]): Promise<void> {
  for (const event of events) await world.roomLog.publish(event, { messageId: newId() });
}

async function archived(world: WorkerWorld): Promise<readonly MessageRow[]> {
  return await listMessages(world.database.orm, {
    sessionId: session,
    direction: "forward",
    after: undefined,
    from: undefined,
    to: undefined,
    limit: 1_000,
  });
}

const textsOf = (rows: readonly MessageRow[]): unknown[] =>
  rows.map(({ data }) =>
    data !== null && typeof data === "object" && "text" in data ? data.text : undefined,
  );

describe("message archive", () => {
  test("holds what people sent, as they sent it, and nothing else", async () => {
    await using world = await openWorkerWorld();
    const room = newId();
    const text = 'quotes " \\ emoji 🎉 名 \u2028';
    const first = danmaku(room, text, { mediaMs: 1_234 });
    const gift: RoomEvent = {
      ...danmaku(room, ""),
      type: "gift.sent",
      data: { id: newId(), session, gift: "star", count: 3 },
    };
    const started: RoomEvent = { v: 1, type: "room.started", room, at: 5, data: { session } };
    await publish(world, [started, first, gift]);
    await using _archive = runJob(createMessageArchive(world));
    await waitFor(async () => (await archived(world)).length === 2);
    expect(await findMessage(world.database.orm, first.data.id)).toMatchObject({
      roomId: room,
      seq: 2,
      type: "danmaku.sent",
      at: new Date(first.at),
      mediaMs: 1_234,
      byName: "somebody",
      byRole: "viewer",
      data: first.data,
      deletedAt: null,
    });
    expect((await findMessage(world.database.orm, gift.data.id))?.data).toEqual(gift.data);
  }, 20_000);

  test("marks a deleted message, in whatever batch its deletion comes, and only in its own room", async () => {
    await using world = await openWorkerWorld();
    const room = newId();
    const [kept, deleted, later] = [danmaku(room, "a"), danmaku(room, "b"), danmaku(room, "c")];
    const deletion = (of: string, where = room): RoomEvent => ({
      v: 1,
      type: "message.deleted",
      room: where,
      at: 1_700_000_001_000,
      data: { id: of },
    });
    await publish(world, [kept, deleted, deletion(deleted.data.id), deletion(kept.data.id, newId()), later]);
    await using _archive = runJob(createMessageArchive(world));
    await waitFor(async () => (await archived(world)).length === 3);
    await publish(world, [deletion(later.data.id)]);
    await waitFor(async () => (await findMessage(world.database.orm, later.data.id))?.deletedAt);
    const marks = (await archived(world)).map(({ deletedAt }) => deletedAt);
    expect(marks).toEqual([null, new Date(1_700_000_001_000), new Date(1_700_000_001_000)]);
  }, 20_000);

  test("removes what a deleted room had said, and no other room's words", async () => {
    await using world = await openWorkerWorld();
    const [room, other] = [newId(), newId()];
    await publish(world, [danmaku(room, "a"), danmaku(other, "b"), danmaku(room, "c")]);
    await publish(world, [{ v: 1, type: "room.deleted", room, at: 1, data: {} }, danmaku(other, "d")]);
    await using _archive = runJob(createMessageArchive(world));
    await waitFor(async () => textsOf(await archived(world)).includes("d"));
    expect(textsOf(await archived(world))).toEqual(["b", "d"]);
  }, 20_000);

  test("what can't be archived is complained of and skipped; all around it is archived", async () => {
    await using world = await openWorkerWorld();
    const room = newId();
    const anonymous = danmaku(room, "nobody");
    const { by: _by, ...withoutSender } = anonymous;
    await publish(world, [danmaku(room, "before")]);
    // As no version of ours should ever write it, straight into the stream.
    for (const bytes of [
      "",
      "{",
      "null",
      '{"v":1}',
      JSON.stringify(withoutSender),
      JSON.stringify(danmaku(newId(), "elsewhere")),
    ]) {
      await world.link.connection.request(roomSubject(room), bytes, { timeout: 2_000 });
    }
    await publish(world, [
      danmaku(room, "nul \u0000 byte"),
      danmaku(room, "lone surrogate \ud800"),
      danmaku(room, "late", { mediaMs: 2 ** 40 }),
      danmaku(room, "far", { at: Number.MAX_SAFE_INTEGER }),
      danmaku(room, "after"),
    ]);
    await using _archive = runJob(createMessageArchive(world));
    await waitFor(async () => textsOf(await archived(world)).includes("after"));
    expect(textsOf(await archived(world))).toEqual(["before", "after"]);
    expect(world.complaints.length).toBe(10);
  }, 20_000);

  test("reading the whole log again changes nothing", async () => {
    await using world = await openWorkerWorld();
    const room = newId();
    const messages = Array.from({ length: 30 }, (_, index) => danmaku(room, `m${index}`));
    await publish(world, messages);
    await publish(world, [
      { v: 1, type: "message.deleted", room, at: 9, data: { id: messages[3]?.data.id ?? "" } },
    ]);
    {
      await using _archive = runJob(createMessageArchive(world));
      await waitFor(async () => (await archived(world)).some(({ deletedAt }) => deletedAt !== null));
    }
    const before = await archived(world);
    expect(before.length).toBe(30);
    const jsm = await world.link.connection.jetstreamManager();
    await jsm.consumers.delete("ROOMS", "archive");
    await using _archive = runJob(createMessageArchive(world));
    await waitFor(async () => (await jsm.consumers.info("ROOMS", "archive")).ack_floor.stream_seq === 31);
    expect(await archived(world)).toEqual(before);
  }, 20_000);
});
