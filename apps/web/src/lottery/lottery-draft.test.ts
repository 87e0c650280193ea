import { describe, expect, test } from "bun:test";
import { emptyLotteryDraft, faultsOfLottery, type LotteryDraft, newLotteryOf } from "./lottery-draft.ts";

const draft: LotteryDraft = {
  ...emptyLotteryDraft,
  title: "Friday",
  prizes: [{ key: 0, name: "Mug", count: "2" }],
};
const faults = (change: Partial<LotteryDraft>) => faultsOfLottery({ ...draft, ...change });

describe("the form of a lottery", () => {
  test("becomes what the api takes; empty conditions ask nothing", () => {
    expect(newLotteryOf(draft)).toMatchObject({
      title: "Friday",
      prizes: [{ name: "Mug", count: 2 }],
      closesInMs: 300_000,
      conditions: {
        followHost: false,
        accountAgeDays: null,
        watchedSeconds: null,
        phrase: null,
        notWonWithinDays: null,
      },
    });
  });

  test("takes times as people write them, and closing by hand", () => {
    expect(newLotteryOf({ ...draft, amount: "0,5" }).closesInMs).toBe(30_000);
    expect(newLotteryOf({ ...draft, closing: "by_hand", amount: "nonsense" }).closesInMs).toBeNull();
    expect(newLotteryOf({ ...draft, watchedMinutes: "1.5" }).conditions.watchedSeconds).toBe(90);
  });

  test("an empty one says what is missing, in its place", () => {
    expect(faultsOfLottery(emptyLotteryDraft)).toEqual({
      title: "The title is empty.",
      "prizes.0.name": "The prize's name is empty.",
    });
  });

  test.each(["0", "1001", "1.5", "-1", "", "many"])("refuses %p of a prize", (count) => {
    expect(faults({ prizes: [{ key: 0, name: "Mug", count }] })).toEqual({
      "prizes.0.count": "Give a whole number, from 1 to 1,000.",
    });
  });

  test("refuses more than 1,000 prizes in all, and none", () => {
    const half = (key: number) => ({ key, name: `Mug ${key}`, count: "501" });
    expect(faults({ prizes: [half(0), half(1)] })).toEqual({
      prizes: "A lottery has at most 1000 prizes.",
    });
    expect(faults({ prizes: [] })).toEqual({ prizes: "A lottery needs at least one prize." });
  });

  test.each([
    ["9", "seconds"],
    ["0", "minutes"],
    ["-5", "minutes"],
    ["25", "hours"],
    ["", "hours"],
    ["soon", "seconds"],
  ] as const)("refuses to close after %p %s", (amount, closing) => {
    expect(Object.keys(faults({ amount, closing }))).toEqual(["amount"]);
  });

  test("allows 10 seconds and 24 hours", () => {
    expect(faults({ amount: "10", closing: "seconds" })).toEqual({});
    expect(faults({ amount: "24", closing: "hours" })).toEqual({});
  });

  test("refuses conditions that nobody could check", () => {
    expect(Object.keys(faults({ accountAgeDays: "0.5" }))).toEqual(["accountAgeDays"]);
    expect(Object.keys(faults({ notWonWithinDays: "x" }))).toEqual(["notWonWithinDays"]);
    expect(Object.keys(faults({ watchedMinutes: "2000" }))).toEqual(["watchedMinutes"]);
    expect(Object.keys(faults({ phrase: "a".repeat(500) }))).toEqual(["phrase"]);
  });
});
