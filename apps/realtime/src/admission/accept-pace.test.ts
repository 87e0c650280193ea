import { expect, test } from "bun:test";
import { AppError } from "@barrage/protocol";
import { FakeTimers } from "../testing/fake-timers.ts";
import { createAcceptPace } from "./accept-pace.ts";

const afterCallbacks = () => new Promise<void>((resolve) => setImmediate(resolve));

test("a crowd comes in at the pace, in its order; who would wait too long is refused at once", async () => {
  const timers = new FakeTimers();
  timers.advance(1_000);
  const pace = createAcceptPace({ acceptsPerSecond: () => 100, waitMsMax: 500 }, { timers });
  const inside: number[] = [];
  const refused: unknown[] = [];
  for (let index = 0; index < 200; index++)
    pace.turn().then(
      () => inside.push(index),
      (error: unknown) => refused.push(error),
    );
  await afterCallbacks();
  const atOnce = inside.length;
  expect(atOnce).toBe(26);
  // 25 and one at once, and then those of half a second.
  expect(refused.length).toBe(200 - atOnce - 50);
  expect(refused.every((error) => error instanceof AppError && error.code === "connections_exhausted")).toBe(
    true,
  );
  timers.advance(100);
  await afterCallbacks();
  expect(inside.length).toBe(atOnce + 10);
  timers.advance(400);
  await afterCallbacks();
  expect(inside).toEqual(Array.from({ length: atOnce + 50 }, (_, index) => index));
});
