import { expect, test } from "bun:test";
import { readFileSync } from "node:fs";
import { errorCodes } from "@barrage/protocol";
import { errorAdvice } from "./error-advice.ts";
import { generatePages } from "./pages.ts";

test("the documents made from the source are up to date (else: bun run docs)", async () => {
  for (const { path, text } of await generatePages()) expect(readFileSync(path, "utf8")).toBe(text);
});

test("every error code says what to do about it", () => {
  expect(errorCodes.filter((code) => errorAdvice(code).length < 10)).toEqual([]);
});
