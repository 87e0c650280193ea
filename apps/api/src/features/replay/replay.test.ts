import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { seededRandom } from "@barrage/testkit";
import { failureOf } from "../../testing/api-client.ts";
import { createRoomWorld, type Person, type RoomWorld } from "../../testing/room-world.ts";
import { startTestApi, type TestApi } from "../../testing/start-test-api.ts";

let api: TestApi;
let world: RoomWorld;
let somebody: Person;
let seq = 0;

beforeAll(async () => {
  api = await startTestApi();
  world = await createRoomWorld(api);
  somebody = await world.person();
}, 60_000);
afterAll(async () => {
  await world?.[Symbol.asyncDispose]();
  await api?.[Symbol.asyncDispose]();
});

const startMs = 1_790_000_000_000;

interface Past {
  readonly host: Person;
  readonly room: string;
  readonly session: string;
}

/** A session that began at `startMs` and ended `durationMs` later, `ago` of them ago in the list. */
async function pastSession(options: { durationMs?: number; startedAtMs?: number } = {}): Promise<Past> {
  const { durationMs = 100_000, startedAtMs = startMs } = options;
  const host = somebody;
  const room = await world.room(host);
  const session = (await host.client.rooms.get.query({ id: room })).sessionId ?? "";
  await host.client.rooms.end.mutate({ id: room });
  await api.sql`update room_sessions set started_at = ${new Date(startedAtMs)},
    ended_at = ${new Date(startedAtMs + durationMs)} where id = ${session}`;
  return { host, room, session };
}

/** What the worker writes once it has seen the session's end. */
async function archived({ room, session }: Past, row: { endSeq?: number; archivedSeq?: number } = {}) {
  const { endSeq = 9, archivedSeq = 9 } = row;
  await api.sql`insert into session_archives
    (session_id, room_id, epoch, first_seq, end_seq, started_at, archived_seq, chain, state, index_written)
    values (${session}, ${room}, 'epoch', 1, ${endSeq}, now(), ${archivedSeq}, '', '{}', 1)`;
}

async function message(past: Past, offsetMs: number, sent: { gift?: string; count?: number } = {}) {
  const { room, session, host } = past;
  const id = `replayed${String(++seq).padStart(8, "0")}`;
  const { gift, count = 1 } = sent;
  const [type, data] =
    gift === undefined
      ? ["danmaku.sent", { id, session, text: "again", color: "#ffffff", mode: "scroll" }]
      : ["gift.sent", { id, session, gift, count }];
  await api.sql`
    insert into messages (id, epoch, seq, room_id, session_id, type, at, by_id, by_name, by_role, data)
    values (${id}, 'epoch', ${seq}, ${room}, ${session}, ${type}, ${new Date(startMs + offsetMs)},
      ${host.id}, ${host.name}, 'viewer', ${data})`;
  return id;
}

describe("one session", () => {
  test("tells what it was and how much of it can be seen again", async () => {
    const past = await pastSession();
    const { host, room, session } = past;
    const key = { room, session };
    await message(past, 1_000);
    await message(past, 2_000, { gift: "rocket" });
    const { title, coverHue } = await api.client().rooms.get.query({ id: room });
    const { get } = api.client().replay;
    expect(await get.query(key)).toEqual({
      id: session,
      room: {
        id: room,
        title,
        visibility: "public",
        host: { id: host.id, name: host.name },
        cover: null,
        coverHue,
      },
      startedAtMs: startMs,
      endedAtMs: startMs + 100_000,
      durationMs: 100_000,
      peakViewers: 0,
      uniqueViewers: 0,
      danmaku: 1,
      archive: "missing",
      viewerRole: null,
    });
    await archived(past, { archivedSeq: 5 });
    expect((await get.query(key)).archive).toBe("writing");
    await api.sql`update session_archives set archived_seq = 9 where session_id = ${session}`;
    expect((await get.query(key)).archive).toBe("whole");
    expect((await api.client().rooms.sessions.query({ id: room })).items[0]?.archive).toBe("whole");
    await api.sql`update session_archives set cut = true where session_id = ${session}`;
    expect((await get.query(key)).archive).toBe("cut");
    await api.sql`update session_archives set removing = true where session_id = ${session}`;
    expect((await get.query(key)).archive).toBe("missing");
    expect((await host.client.replay.get.query(key)).viewerRole).toBe("host");
  });

  test("that runs is as long as it has been running", async () => {
    const host = await world.person();
    const room = await world.room(host);
    const { sessionId } = await host.client.rooms.get.query({ id: room });
    const key = { room, session: sessionId ?? "" };
    await api.sql`update room_sessions set started_at = now() - interval '1 hour' where id = ${key.session}`;
    const view = await api.client().replay.get.query(key);
    expect(view.endedAtMs).toBeNull();
    expect(Math.round(view.durationMs / 60_000)).toBe(60);
  });

  test("of another room is not there; one of a private room opens by the room's password", async () => {
    const past = await pastSession();
    const other = await pastSession();
    const { room, session } = past;
    const { replay } = api.client();
    const foreign = { room: other.room, session };
    const refusals = [
      replay.get.query(foreign),
      replay.heat.query(foreign),
      replay.marks.query(foreign),
      replay.get.query({ room, session: "nosuchsession" }),
    ];
    for (const refusal of refusals) expect((await failureOf(refusal)).code).toBe("session_not_found");
    await past.host.client.rooms.update.mutate({ id: room, visibility: "private", password: "secret" });
    for (const call of [replay.get, replay.heat, replay.marks]) {
      expect((await failureOf(call.query({ room, session }))).code).toBe("room_password_wrong");
      expect(await call.query({ room, session, password: "secret" })).toBeDefined();
    }
  });
});

describe("the heat", () => {
  test("counts danmaku by time, in as many parts as asked for, without the deleted", async () => {
    const random = seededRandom();
    const past = await pastSession({ durationMs: 60_000 });
    const { room, session } = past;
    const expected = Array.from({ length: 20 }, () => 0);
    let deleted = "";
    for (let index = 0; index < 60; index++) {
      const offsetMs = random.below(60_000);
      const id = await message(past, offsetMs);
      if (index === 0) deleted = id;
      else expected[Math.floor(offsetMs / 3_000)] = (expected[Math.floor(offsetMs / 3_000)] ?? 0) + 1;
    }
    await message(past, 5_000, { gift: "flower" });
    await past.host.client.messages.delete.mutate({ id: deleted });
    // The worker marks it; here it does not run.
    await api.sql`update messages set deleted_at = now() where id = ${deleted}`;
    const heat = await api.client().replay.heat.query({ room, session, buckets: 20 });
    expect(heat).toEqual({ bucketMs: 3_000, counts: expected });
  });

  test("has parts of a second at least, none for a session without any length, and takes what came late", async () => {
    const short = await pastSession({ durationMs: 4_500 });
    await message(short, 9_000);
    const { heat } = api.client().replay;
    expect(await heat.query({ room: short.room, session: short.session })).toEqual({
      bucketMs: 1_000,
      counts: [0, 0, 0, 0, 1],
    });
    const empty = await pastSession({ durationMs: 0 });
    expect(await heat.query({ room: empty.room, session: empty.session })).toEqual({
      bucketMs: 1_000,
      counts: [0],
    });
    const { room, session } = empty;
    expect((await failureOf(heat.query({ room, session, buckets: 401 }))).code).toBe("input_invalid");
  });
});

describe("the marks", () => {
  test("are the dearest gift of each part and the lotteries, in order, and only what was in the session", async () => {
    const past = await pastSession({ durationMs: 600_000 });
    const { host, room, session } = past;
    await message(past, 20_000, { gift: "flower", count: 3 });
    await message(past, 21_000, { gift: "rocket" });
    await message(past, 21_500, { gift: "heart" });
    await message(past, 300_000, { gift: "star", count: 2 });
    const lottery = (id: string, openMs: number, drawnMs: number | null) => api.sql`
      insert into lotteries (id, room_id, session_id, title, conditions, state, commit, opens_at, sealed_at, root,
        drawn_at, seed)
      values (${id}, ${room}, ${session}, ${`Lottery ${id}`}, '{}', ${drawnMs === null ? "open" : "published"}, 'c',
        ${new Date(startMs + openMs)}, ${drawnMs === null ? null : new Date()}, ${drawnMs === null ? null : "r"},
        ${drawnMs === null ? null : new Date(startMs + drawnMs)}, ${drawnMs === null ? null : "s"})`;
    await lottery("lottery0001", 30_000, 90_000);
    await lottery("lottery0002", 500_000, 700_000);
    await lottery("lottery0003", 550_000, null);
    const by = { id: host.id, name: host.name };
    const named = (id: string) => ({ id, title: `Lottery ${id}` });
    const { items } = await api.client().replay.marks.query({ room, session });
    expect(items).toEqual([
      { kind: "gift", offsetMs: 21_000, by, gift: "rocket", count: 1, more: 2 },
      { kind: "lottery.opened", offsetMs: 30_000, lottery: named("lottery0001") },
      { kind: "lottery.drawn", offsetMs: 90_000, lottery: named("lottery0001") },
      { kind: "gift", offsetMs: 300_000, by, gift: "star", count: 2, more: 0 },
      { kind: "lottery.opened", offsetMs: 500_000, lottery: named("lottery0002") },
      { kind: "lottery.opened", offsetMs: 550_000, lottery: named("lottery0003") },
    ]);
  });
});

describe("the recent replays", () => {
  test("are public rooms' sessions that can be seen again, each once in any paging; others stay out", async () => {
    const shown: string[] = [];
    // Two share a moment: the id decides between them.
    for (const index of [0, 1, 1, 2, 3]) {
      const past = await pastSession({ startedAtMs: startMs + 1_000_000 + index * 1_000 });
      await archived(past);
      await message(past, 1_000_000);
      shown.push(past.session);
    }
    const [unlisted, silent, missing] = [await pastSession(), await pastSession(), await pastSession()];
    await archived(unlisted);
    await message(unlisted, 0);
    await unlisted.host.client.rooms.update.mutate({ id: unlisted.room, visibility: "unlisted" });
    await archived(silent);
    await message(missing, 0);
    const running = await world.room(await world.person());

    const { recent } = api.client().replay;
    const seen: string[] = [];
    for (let cursor: string | null | undefined; cursor !== null; ) {
      const page = await recent.query({ limit: 2, ...(cursor === undefined ? {} : { cursor }) });
      seen.push(...page.items.map(({ id }) => id));
      cursor = page.nextCursor;
      expect(page.items.map(({ room }) => room.id)).not.toContain(running);
    }
    const mine = seen.filter((id) => shown.includes(id));
    const [first, second] = [shown[1] ?? "", shown[2] ?? ""].toSorted().toReversed();
    expect(mine).toEqual([shown[4] ?? "", shown[3] ?? "", first ?? "", second ?? "", shown[0] ?? ""]);
    expect(new Set(seen).size).toBe(seen.length);
    for (const { session } of [unlisted, silent, missing]) expect(seen).not.toContain(session);
    expect((await failureOf(recent.query({ cursor: "nonsense" }))).code).toBe("cursor_malformed");
  });
});
