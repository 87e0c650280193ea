import { describe, expect, test } from "bun:test";
import { seededRandom } from "@barrage/testkit";
import { Session } from "../session/session.ts";
import { FakeTimers } from "../testing/fake-timers.ts";
import { FakeTransport } from "../testing/fake-transport.ts";
import { drainViewers } from "./drain-viewers.ts";

const viewer = { userId: null, login: null, key: "a", door: "none" } as const;
const view = { audience: { remove: () => {} }, isQuietFor: () => true };

/** A crowd on the way out, by a clock of the test's own. */
function startDrain(count: number, pace: { percentPerSecond: number; withinMs: number }) {
  const timers = new FakeTimers();
  const sessions = Array.from(
    { length: count },
    () =>
      new Session({
        transport: new FakeTransport({ bufferBytesMax: 1_000, onReceive: () => {} }),
        viewer,
        view,
        at: { seq: 0, bytes: 0 },
      }),
  );
  const hurry = new AbortController();
  let isOver = false;
  const { next: random } = seededRandom();
  const draining = drainViewers({ sessions: () => sessions, timers, random }, pace, hurry.signal);
  void draining.then(() => (isOver = true));
  const left = () => sessions.filter(({ isClosed }) => isClosed).length;
  /** @returns how many have left after each step. */
  async function pass(seconds: number): Promise<readonly number[]> {
    const counts: number[] = [];
    for (let tenths = 0; tenths < seconds * 10; tenths++) {
      timers.advance(100);
      await Promise.resolve();
      await Promise.resolve();
      counts.push(left());
    }
    return counts;
  }
  return { sessions, hurry, left, pass, isOver: () => isOver };
}

describe("draining", () => {
  test("moves at most 2 % of a crowd in any second, and all of it in 50 s, each with a delay of its own", async () => {
    const { sessions, pass, isOver } = startDrain(2_000, { percentPerSecond: 2, withinMs: 57_000 });
    const counts = [0, ...(await pass(50))];
    for (let end = 10; end < counts.length; end++)
      expect((counts[end] ?? 0) - (counts[end - 10] ?? 0)).toBeLessThanOrEqual(40);
    expect(counts.at(-1)).toBe(2_000);
    expect(isOver()).toBe(true);
    const goodbyes = sessions.flatMap(({ transport }) =>
      transport instanceof FakeTransport && transport.ended !== undefined ? [transport.ended] : [],
    );
    expect(goodbyes.every(({ reason }) => reason === "goodbye")).toBe(true);
    expect(new Set(goodbyes.map(({ retryAfterMs }) => retryAfterMs)).size).toBeGreaterThan(500);
  });

  test("is faster when its time is short, and still even", async () => {
    const { pass, isOver } = startDrain(2_000, { percentPerSecond: 2, withinMs: 5_000 });
    const counts = await pass(5);
    expect(counts[9]).toBe(400);
    expect(counts.at(-1)).toBe(2_000);
    expect(isOver()).toBe(true);
  });

  test("is over at once for nobody, and soon for a few", async () => {
    const nobody = startDrain(0, { percentPerSecond: 2, withinMs: 57_000 });
    await Promise.resolve();
    expect(nobody.isOver()).toBe(true);
    const few = startDrain(3, { percentPerSecond: 2, withinMs: 57_000 });
    expect((await few.pass(0.5)).at(-1)).toBe(3);
  });

  test("stops where it is when it is told to hurry, and passes over those who left by themselves", async () => {
    const { sessions, hurry, left, pass, isOver } = startDrain(1_000, {
      percentPerSecond: 2,
      withinMs: 57_000,
    });
    await pass(1);
    expect(left()).toBe(20);
    for (const session of sessions.slice(0, 900)) session.gone();
    hurry.abort();
    await pass(0.2);
    expect(isOver()).toBe(true);
    expect(left()).toBeLessThan(1_000);
  });
});
