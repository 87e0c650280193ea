import { expect, test } from "bun:test";
import { randomBytes } from "node:crypto";
import { newStreamKey } from "./stream-key.ts";

const keys = Array.from({ length: 5_000 }, () => newStreamKey(randomBytes));

test("a stream key has 48 characters of 0-9, A-Z and a-z, and never comes twice", () => {
  for (const key of keys) expect(key).toMatch(/^[0-9A-Za-z]{48}$/);
  expect(new Set(keys).size).toBe(keys.length);
});

test("every character of a stream key is equally likely", () => {
  const counts = new Map<string, number>();
  for (const character of keys.join("")) counts.set(character, (counts.get(character) ?? 0) + 1);
  const expected = (keys.length * 48) / 62;
  const chiSquare = [...counts.values()].reduce((sum, count) => sum + (count - expected) ** 2 / expected, 0);
  expect(counts.size).toBe(62);
  // 61 degrees of freedom: a fair draw passes 180 once in 10^13; a plain modulo of a byte comes to some 1,500.
  expect(chiSquare).toBeLessThan(180);
});
