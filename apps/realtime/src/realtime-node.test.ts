import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { waitFor } from "@barrage/testkit";
import { startTestWorld, type TestWorld } from "./testing/test-world.ts";
import { watchBy } from "./testing/viewers.ts";

let world: TestWorld;
beforeAll(async () => {
  world = await startTestWorld();
});
afterAll(async () => {
  await world[Symbol.asyncDispose]();
});

describe.each(["sse", "ws"] as const)("over %s", (format) => {
  const watch = watchBy[format];

  test("a viewer gets hello, live, then each event once and in order", async () => {
    await using node = await world.node();
    const room = await world.room();
    await using viewer = await watch(node.url, room);
    await waitFor(() => viewer.seen.isLive);
    const seqs = await world.say(room, "one", "two", "three");
    await waitFor(() => viewer.seen.seqs.length === 3);
    expect(viewer.seen.seqs).toEqual(seqs);
    expect(viewer.seen.texts).toEqual(["one", "two", "three"]);
    expect(viewer.seen.items[0]).toMatchObject({ kind: "control", frame: { type: "hello", room } });
    expect(viewer.seen.items[1]).toMatchObject({ kind: "control", frame: { type: "live", room } });
  });
});
