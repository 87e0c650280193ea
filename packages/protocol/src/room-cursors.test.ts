import { expect, test } from "bun:test";
import { AppError } from "./app-error.ts";
import { formatRoomCursors, parseRoomCursors } from "./room-cursors.ts";

test("the positions of several rooms survive their wire form", () => {
  const cursors = new Map([
    ["roomaaaa", { epoch: "e1", seq: 0 }],
    ["roombbbb", { epoch: "mf3k2x9a", seq: 9_007_199_254_740_991 }],
  ]);
  const text = formatRoomCursors(cursors);
  expect(text).toBe("roomaaaa:e1-0,roombbbb:mf3k2x9a-9007199254740991");
  expect(parseRoomCursors(text)).toEqual(cursors);
  expect(parseRoomCursors("").size).toBe(0);
});

test("what no server wrote is refused, and never half read", () => {
  const many = Array.from({ length: 1_001 }, (_, index) => `room${1_000 + index}:e1-1`).join(",");
  for (const text of [
    "roomaaaa",
    "roomaaaa:",
    "x:e1-1",
    "roomaaaa:e1-1,",
    "roomaaaa:e1-1:2",
    "roomaaaa:e1-01",
    "roomaaaa:e1-1,roomaaaa:e1-2",
    "e1-1",
    many,
  ])
    expect(() => parseRoomCursors(text)).toThrow(AppError);
});
