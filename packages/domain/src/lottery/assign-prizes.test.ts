import { expect, test } from "bun:test";
import { assignPrizes } from "./assign-prizes.ts";

const prizes = [
  { id: "gold", count: 1 },
  { id: "silver", count: 2 },
];

test("prizes go along the ranking, the first prize first", () => {
  expect(assignPrizes(["a", "b", "c", "d"], prizes)).toEqual([
    { prizeId: "gold", rank: 1, entryId: "a" },
    { prizeId: "silver", rank: 1, entryId: "b" },
    { prizeId: "silver", rank: 2, entryId: "c" },
  ]);
});

test("with fewer entries than prizes, the last prizes stay and nobody wins twice", () => {
  expect(assignPrizes(["a", "b"], prizes)).toEqual([
    { prizeId: "gold", rank: 1, entryId: "a" },
    { prizeId: "silver", rank: 1, entryId: "b" },
  ]);
  expect(assignPrizes([], prizes)).toEqual([]);
});
