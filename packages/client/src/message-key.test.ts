import { expect, test } from "bun:test";
import { isId } from "@barrage/protocol";
import { createMessageKey } from "./message-key.ts";

test("a key is a valid id, and no two are alike", () => {
  const keys = Array.from({ length: 10_000 }, createMessageKey);
  expect(keys.every(isId)).toBe(true);
  expect(new Set(keys).size).toBe(keys.length);
});
