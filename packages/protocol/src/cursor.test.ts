import { expect, test } from "bun:test";
import { AppError } from "./app-error.ts";
import { epochOf, formatCursor, parseCursor } from "./cursor.ts";

test("a cursor reads back as it was written", () => {
  for (const seq of [0, 1, 42, Number.MAX_SAFE_INTEGER]) {
    const cursor = { epoch: epochOf(1_764_000_000_000), seq };
    expect(parseCursor(formatCursor(cursor))).toEqual(cursor);
  }
});

test("whatever no server wrote is refused with cursor_malformed", () => {
  const bad = [
    "",
    "-",
    "abc",
    "abc-",
    "-5",
    "ABC-1",
    "abc-01",
    "abc--1",
    "abc-1 ",
    "abc-1e3",
    "abc-9007199254740993",
    "a.b-1",
    "abc-1\nid: 2",
  ];
  for (const text of bad) {
    expect(() => parseCursor(text)).toThrow(AppError);
    expect(() => parseCursor(text)).toThrow(expect.objectContaining({ code: "cursor_malformed" }));
  }
});
