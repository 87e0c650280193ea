import { expect, test } from "bun:test";
import { rememberLotteries, seenLotteriesSchema, seenMax } from "./seen-lotteries.ts";

const id = "lottery000000001";
const hash = (digit: string) => digit.repeat(64);
const shown = { id, state: "open", commit: hash("a"), root: null } as const;

test("what was seen first stays, whatever is shown later", () => {
  const seen = rememberLotteries([], [shown]);
  const closed = { ...shown, state: "closed", commit: hash("b"), root: hash("c") } as const;
  const later = rememberLotteries(seen, [closed]);
  expect(later).toEqual([{ id, commit: hash("a"), root: hash("c") }]);
  expect(rememberLotteries(later, [{ ...closed, root: hash("d") }])).toBe(later);
});

test("a draw that is over is no witness of itself", () => {
  expect(rememberLotteries([], [{ ...shown, state: "drawn", root: hash("c") }])).toEqual([]);
});

test("nothing new is the same object, and the number is bounded", () => {
  const seen = rememberLotteries([], [shown]);
  expect(rememberLotteries(seen, [shown])).toBe(seen);
  const many = Array.from({ length: seenMax + 3 }, (_, index) => ({
    ...shown,
    id: `lottery${String(index).padStart(9, "0")}`,
  }));
  const all = rememberLotteries([], many);
  expect(seenLotteriesSchema.parse(all)).toHaveLength(seenMax);
  expect(all.at(-1)?.id).toBe(many.at(-1)?.id ?? "");
});
