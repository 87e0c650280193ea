import { expect, test } from "bun:test";
import { readyUrl } from "./ready-line.ts";

test("only the ready line of an app's log gives an address", () => {
  expect(readyUrl('{"level":30,"msg":"ready","url":"http://127.0.0.1:4001"}')).toBe("http://127.0.0.1:4001");
  for (const line of [
    '{"msg":"listening","url":"http://127.0.0.1:1"}',
    '{"msg":"ready"}',
    '{"msg":"ready","url":7}',
    '{"msg":"ready","url":',
    "ready http://127.0.0.1:1",
    "null",
    "",
  ]) {
    expect(readyUrl(line)).toBeNull();
  }
});
