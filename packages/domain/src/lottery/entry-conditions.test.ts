import { describe, expect, test } from "bun:test";
import { asksNothing, type EntryFacts, lacksOf } from "./entry-conditions.ts";
import { newLotterySchema, openToAll } from "./lottery-rules.ts";

const dayMs = 86_400_000;
const nobody: EntryFacts = {
  followsHost: false,
  accountAgeMs: 0,
  watchedSeconds: 0,
  sentPhrase: false,
  lastWonAgoMs: null,
};
const everything = {
  followHost: true,
  accountAgeDays: 2,
  watchedSeconds: 90,
  phrase: "star",
  notWonWithinDays: 7,
};

describe("what somebody lacks", () => {
  test("is nothing where nothing is asked", () => {
    expect(asksNothing(openToAll)).toBe(true);
    expect(lacksOf(openToAll, { ...nobody, lastWonAgoMs: 0 })).toEqual([]);
  });

  test("is told for every condition that is not met, with how much is missing", () => {
    expect(asksNothing(everything)).toBe(false);
    const facts = { ...nobody, accountAgeMs: 1.5 * dayMs, watchedSeconds: 89, lastWonAgoMs: 6.9 * dayMs };
    expect(lacksOf(everything, facts).map(({ code, message }) => [code, message])).toEqual([
      ["lottery_follow_required", "Follow the host."],
      ["lottery_account_too_young", "Your account must be 2 days old: 1 day to go."],
      ["lottery_watch_required", "Watch 90 seconds: 1 second to go."],
      ["lottery_won_recently", "You won here within the last 7 days."],
      ["lottery_phrase_required", "Send “star” as a danmaku."],
    ]);
  });

  test("ends exactly at the bound", () => {
    const facts = {
      followsHost: true,
      accountAgeMs: 2 * dayMs,
      watchedSeconds: 90,
      sentPhrase: true,
      lastWonAgoMs: 7 * dayMs,
    };
    expect(lacksOf(everything, facts)).toEqual([]);
    expect(lacksOf(everything, { ...facts, accountAgeMs: 2 * dayMs - 1 })).toHaveLength(1);
    expect(lacksOf(everything, { ...facts, lastWonAgoMs: 7 * dayMs - 1 })).toHaveLength(1);
  });
});

describe("the form of a lottery", () => {
  const form = { title: " A  star ", prizes: [{ name: "Star", count: 1 }], closesInMs: null };

  test("is open to all, at once, unless told otherwise", () => {
    expect(newLotterySchema.parse(form)).toEqual({
      ...form,
      title: "A star",
      opensInMs: 0,
      conditions: openToAll,
    });
  });

  test("takes 1 to 1,000 prizes and 10 seconds to 24 hours", () => {
    for (const [count, ok] of [
      [0, false],
      [1, true],
      [1_000, true],
      [1_001, false],
    ] as const) {
      expect(newLotterySchema.safeParse({ ...form, prizes: [{ name: "Star", count }] }).success).toBe(ok);
    }
    for (const [closesInMs, ok] of [
      [9_999, false],
      [10_000, true],
      [dayMs, true],
      [dayMs + 1, false],
    ] as const) {
      expect(newLotterySchema.safeParse({ ...form, closesInMs }).success).toBe(ok);
    }
  });

  test("has its phrase in the form in which danmaku are stored", () => {
    const { conditions } = newLotterySchema.parse({ ...form, conditions: { phrase: " Ｓｔａｒ\t light" } });
    expect(conditions.phrase).toBe("Star light");
  });
});
