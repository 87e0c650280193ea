import { expect, test } from "bun:test";
import { AppError } from "@barrage/protocol";
import { z } from "zod";
import { createPageCursor } from "./page-cursor.ts";

const cursor = createPageCursor(z.strictObject({ at: z.int(), id: z.string() }));

test("a cursor brings back the position it was written for", () => {
  const position = { at: 1_700_000_000_000, id: "abcdefgh" };
  expect(cursor.read(cursor.write(position))).toEqual(position);
});

test("anything else than a cursor is cursor_malformed", () => {
  const others = ["", "x", "null", "AAAA", "%00", Buffer.from('{"at":"1","id":"a"}').toString("base64url")];
  const extended = Buffer.from('{"at":1,"id":"a","more":1}').toString("base64url");
  for (const text of [...others, extended]) {
    expect(() => cursor.read(text)).toThrow(new AppError("cursor_malformed"));
  }
});
