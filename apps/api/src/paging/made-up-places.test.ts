import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { failureOf } from "../testing/api-client.ts";
import { type OpsWorld, startOpsWorld } from "../testing/ops-world.ts";
import type { Person } from "../testing/room-world.ts";

let world: OpsWorld;
let admin: Person;
let room: string;
let session: string;

beforeAll(async () => {
  world = await startOpsWorld();
  admin = await world.administrator();
  room = await world.room(admin);
  const { sessionId } = await admin.client.rooms.update.mutate({ id: room, memberList: true });
  session = sessionId ?? "";
}, 60_000);
afterAll(() => world?.[Symbol.asyncDispose]());

/** What Postgres holds in no text. */
const nothing = "\u0000";
const year10000Ms = 253_402_300_800_000;
/** JavaScript has no later date. */
const lastDateMs = 8_640_000_000_000_000;

const cursorOf = (position: object) => Buffer.from(JSON.stringify(position)).toString("base64url");

async function codesOf(calls: readonly Promise<unknown>[]): Promise<string[]> {
  const failures = await Promise.all(calls.map(failureOf));
  return failures.map(({ code }) => code);
}

describe("what Postgres could not read is refused before it is asked:", () => {
  test("moments after the year 9999, in an input and in a cursor", async () => {
    const { history } = admin.client.messages;
    const moments = [year10000Ms, lastDateMs, lastDateMs + 1, Number.MAX_SAFE_INTEGER];
    const inputs = moments.flatMap((ms) => [
      history.query({ room, fromMs: ms }),
      history.query({ room, toMs: ms }),
    ]);
    expect(await codesOf(inputs)).toEqual(inputs.map(() => "input_invalid"));
    const place = { session, direction: "backward", seq: 0 };
    const read = (atMs: number) => history.query({ room, cursor: cursorOf({ ...place, atMs }) });
    expect(await codesOf(moments.map(read))).toEqual(moments.map(() => "cursor_malformed"));

    const last = year10000Ms - 1;
    const empty = { items: [], nextCursor: null };
    expect(await history.query({ room, fromMs: last, toMs: last })).toEqual(empty);
    expect(await read(last)).toEqual(empty);
  });

  test("ids and names with characters that none has, in the cursor of every list", async () => {
    const { lottery, replay, rooms } = admin.client;
    const rank = { live: true, order: "viewers", rank: 0, createdAtMicros: 1 };
    const listed = cursorOf({ id: nothing });
    const calls = [
      rooms.list.query({ cursor: cursorOf({ ...rank, id: nothing }) }),
      rooms.sessions.query({ id: room, cursor: cursorOf({ startedAtMicros: 1, id: nothing }) }),
      rooms.members.query({ id: room, cursor: cursorOf({ name: "somebody", id: nothing }) }),
      rooms.members.query({ id: room, cursor: cursorOf({ name: nothing, id: admin.id }) }),
      replay.recent.query({ cursor: cursorOf({ endedAtMicros: 1, id: nothing }) }),
      lottery.listByRoom.query({ room, cursor: listed }),
      lottery.mine.query({ cursor: listed }),
    ];
    expect(await codesOf(calls)).toEqual(calls.map(() => "cursor_malformed"));
  });

  test("a search and a reason", async () => {
    const { ops, rooms } = admin.client;
    const { id: userId } = await world.person();
    const calls = [
      rooms.list.query({ q: nothing }),
      ops.users.query({ prefix: nothing }),
      ops.suspend.mutate({ userId, reason: `spam${nothing}`, minutes: 1 }),
      ops.suspend.mutate({ userId, reason: " ", minutes: 1 }),
    ];
    expect(await codesOf(calls)).toEqual(calls.map(() => "input_invalid"));
  });

  test("while the latest moments that a cursor can hold are read as any other", async () => {
    const { replay, rooms } = admin.client;
    const micros = Number.MAX_SAFE_INTEGER;
    const id = admin.id;
    const rank = { live: true, order: "viewers", rank: 0x7fff_ffff, createdAtMicros: micros };
    expect((await rooms.list.query({ cursor: cursorOf({ ...rank, id }) })).items).toHaveLength(1);
    const sessions = rooms.sessions.query({ id: room, cursor: cursorOf({ startedAtMicros: micros, id }) });
    expect((await sessions).items).toHaveLength(1);
    expect(await replay.recent.query({ cursor: cursorOf({ endedAtMicros: micros, id }) })).toMatchObject({
      items: [],
    });
  });
});
