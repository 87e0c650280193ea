import { expect, test } from "bun:test";
import { safeNext } from "./safe-next.ts";

test("only a path of this app is followed after logging in", () => {
  expect(safeNext("/rooms/abc")).toBe("/rooms/abc");
  for (const bad of [
    null,
    "",
    "https://evil.example",
    "//evil.example",
    "/\\evil.example",
    "javascript:alert(1)",
  ]) {
    expect(safeNext(bad)).toBe("/");
  }
});
