import { expect, test } from "bun:test";
import { waitFor } from "./wait-for.ts";

test("waitFor returns the condition's value once it holds, through errors on the way", async () => {
  let calls = 0;
  const value = await waitFor(() => {
    calls += 1;
    if (calls < 3) throw new Error("not yet");
    return calls === 4 ? "there" : null;
  });
  expect(value).toBe("there");
  expect(calls).toBe(4);
});

test("waitFor gives up after its deadline and says what it waited for and why it failed last", async () => {
  const waiting = waitFor(() => Promise.reject(new Error("still closed")), {
    deadlineMs: 20,
    what: "the door",
  });
  const error: unknown = await waiting.catch((reason: unknown) => reason);
  expect(error).toMatchObject({
    message: "the door did not hold within 20 ms",
    cause: { message: "still closed" },
  });
});
