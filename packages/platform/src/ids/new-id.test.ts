import { expect, test } from "bun:test";
import { isId } from "@barrage/protocol";
import { newId } from "./new-id.ts";

test("ids fit everywhere, never repeat, and sort by their time", async () => {
  const first = Array.from({ length: 10_000 }, newId);
  await Bun.sleep(2);
  const later = newId();
  expect(first.every((id) => isId(id) && id.length === 25)).toBe(true);
  expect(new Set(first).size).toBe(first.length);
  expect(first.every((id) => id < later)).toBe(true);
});
