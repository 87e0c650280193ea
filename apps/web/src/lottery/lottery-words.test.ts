import { expect, test } from "bun:test";
import { prizesInWords, rulesInWords, winnersInWords } from "./lottery-words.ts";

const prize = (name: string, count: number) => ({ name, count });

test("prizes are named with their counts, and a long list stays short", () => {
  expect(prizesInWords([prize("Mug", 1), prize("Sticker", 1_000)])).toBe("Mug, 1,000 × Sticker");
  const many = ["a", "b", "c", "d", "e"].map((name) => prize(name, 1));
  expect(prizesInWords(many)).toBe("a, b, c, and 2 more");
});

test("one winner too many to be named is one other", () => {
  const win = { prizeId: "prize00000000001", prizeName: "Mug", rank: 1, user: { id: "a", name: "Ann" } };
  expect(winnersInWords([win], 1)).toBe("Ann won Mug, and 1 other won too.");
});

test("each condition that asks something is a rule, and no other", () => {
  const none = {
    followHost: false,
    accountAgeDays: null,
    watchedSeconds: null,
    phrase: null,
    notWonWithinDays: null,
  };
  expect(rulesInWords(none, "mara")).toEqual([]);
  const all = { followHost: true, accountAgeDays: 1, watchedSeconds: 90, phrase: "me", notWonWithinDays: 7 };
  expect(rulesInWords(all, "mara").map(({ text }) => text)).toEqual([
    "Follow mara",
    "An account that is at least 1 day old",
    "Watched for at least 90 seconds",
    "Nothing won here in the last 7 days",
    "Send “me” in the chat",
  ]);
});
