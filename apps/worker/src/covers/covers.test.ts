import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { deleteCoverUpload, deleteRoom, listWaitingEvents, queueObjectRemovals } from "@barrage/db";
import { type BlobStore, coversPrefix, coverUploadsPrefix } from "@barrage/platform";
import { coverPath, coverWidths, roomEventSchema } from "@barrage/protocol";
import { waitFor } from "@barrage/testkit";
import { type CoverWorld, openCoverWorld } from "../testing/cover-world.ts";
import { plainPicture } from "../testing/pictures.ts";
import { runJob } from "../testing/run-job.ts";

let world: CoverWorld;
let red: Uint8Array;
let blue: Uint8Array;

beforeAll(async () => {
  world = await openCoverWorld();
  red = await plainPicture(640, 360, "#ff0000").png().toBuffer();
  blue = await plainPicture(640, 360, "#0000ff").png().toBuffer();
}, 60_000);
afterAll(() => world[Symbol.asyncDispose]());

const deadline = { deadlineMs: 30_000 };
type Room = Awaited<ReturnType<CoverWorld["world"]["newRoom"]>>;

const stateOf = async (room: Room) => (await world.coverOf(room))?.upload?.state;
const becomes = (room: Room, state: string) => waitFor(async () => (await stateOf(room)) === state, deadline);
/** What the outbox holds of the room's face. Nothing leaves it while no relay runs. */
async function facesTold(room: Room) {
  const waiting = await listWaitingEvents(world.world.database.orm, 1_000);
  return waiting
    .filter(({ roomId }) => roomId === room.id)
    .map(({ event }) => roomEventSchema.parse(event))
    .flatMap((event) => (event.type === "room.updated" ? [event.data.face] : []));
}
const objectsOf = async (room: Room) => [
  ...(await world.blobs.list(coversPrefix(room.id))),
  ...(await world.blobs.list(coverUploadsPrefix(room.id))),
];
const keysOf = (room: Room, cover: string) =>
  coverWidths.map((width) => coverPath({ room: room.id, cover, width }).slice(1));
const holds = (room: Room, keys: readonly string[]) =>
  waitFor(
    async () => JSON.stringify((await objectsOf(room)).toSorted()) === JSON.stringify(keys.toSorted()),
    {
      ...deadline,
      what: "the bucket to hold just these objects",
    },
  );

describe("an uploaded cover", () => {
  test("is shown and told of once, under a name of its content; the next one replaces it and its objects", async () => {
    const room = await world.world.newRoom();
    await using _job = runJob(world.job(world.blobs));
    await world.upload(room, red);
    await becomes(room, "ready");
    const first = (await world.coverOf(room))?.cover ?? "";
    expect(first).toMatch(/^[0-9a-f]{32}$/);
    expect(await facesTold(room)).toMatchObject([{ title: "A room", cover: first }]);
    await holds(room, keysOf(room, first));

    await world.upload(room, blue);
    await becomes(room, "ready");
    const second = (await world.coverOf(room))?.cover ?? "";
    expect(second).not.toBe(first);
    expect((await facesTold(room)).map(({ cover }) => cover)).toEqual([first, second]);
    await holds(room, keysOf(room, second));
  }, 60_000);

  test("that fails says why, tells nobody, leaves no file behind, and the cover before it stays", async () => {
    const room = await world.world.newRoom();
    await using _job = runJob(world.job(world.blobs));
    await world.upload(room, red);
    await becomes(room, "ready");
    const { cover } = (await world.coverOf(room)) ?? {};
    const html = new TextEncoder().encode("<!doctype html>".padEnd(500));
    const attempts = [
      { file: html, options: {}, fault: "not_a_picture" },
      { file: red, options: { type: "image/webp" }, fault: "type_differs" },
      { file: red, options: { bytes: red.length + 1 }, fault: "length_differs" },
      { file: red, options: { neverArrives: true }, fault: "upload_missing" },
    ] as const;
    for (const { file, options, fault } of attempts) {
      await world.upload(room, file, options);
      await becomes(room, "failed");
      expect(await world.coverOf(room)).toMatchObject({ cover: cover ?? "", upload: { fault } });
    }
    await holds(room, keysOf(room, cover ?? ""));
    expect(await facesTold(room)).toHaveLength(1);
  }, 60_000);

  test("waits while the object store is down, with its state saying so, and is made when it is back", async () => {
    const room = await world.world.newRoom();
    await world.upload(room, red);
    {
      await using _job = runJob(world.job(world.unreachable.blobs));
      await waitFor(async () => ((await world.coverOf(room))?.upload?.attempts ?? 0) > 0, deadline);
      expect(await stateOf(room)).toBe("checking");
    }
    await using _job = runJob(world.job(world.blobs));
    await becomes(room, "ready");
  }, 60_000);

  test("is shown once although the store failed between two pictures, and two workers make it at once", async () => {
    const room = await world.world.newRoom();
    await world.upload(room, red);
    let puts = 0;
    const failing: BlobStore = {
      ...world.blobs,
      put: (key, ...rest) => (++puts === 3 ? world.unreachable.blobs : world.blobs).put(key, ...rest),
    };
    {
      await using _job = runJob(world.job(failing));
      await waitFor(async () => ((await world.coverOf(room))?.upload?.attempts ?? 0) > 0, deadline);
      expect((await world.coverOf(room))?.cover).toBeNull();
      expect(await facesTold(room)).toEqual([]);
    }
    await using _one = runJob(world.job(world.blobs));
    await using _other = runJob(world.job(world.blobs));
    await becomes(room, "ready");
    const { cover } = (await world.coverOf(room)) ?? {};
    await holds(room, keysOf(room, cover ?? ""));
    expect(await facesTold(room)).toHaveLength(1);
  }, 60_000);

  test("of a room that is deleted while it is made leaves nothing behind", async () => {
    const room = await world.world.newRoom();
    await world.upload(room, red);
    const deleteNow = async () => {
      await world.world.database.transaction(async (orm) => {
        await deleteRoom(orm, room.id);
        await deleteCoverUpload(orm, room.id);
        await queueObjectRemovals(orm, [coversPrefix(room.id), coverUploadsPrefix(room.id)]);
      });
    };
    let stored = 0;
    const slow: BlobStore = {
      ...world.blobs,
      async put(...object) {
        await world.blobs.put(...object);
        // The room goes when its pictures are there and it is about to show them.
        if (++stored === 3) await deleteNow();
      },
    };
    await using _job = runJob(world.job(slow));
    await waitFor(() => stored === 3, deadline);
    await holds(room, []);
    expect(await facesTold(room)).toEqual([]);
  }, 60_000);
});
