import { expect, test } from "bun:test";
import { hostname } from "node:os";
import { publicAddress } from "./announce.ts";
import { realtimeConfig } from "./config.ts";

const own = "http://127.0.0.1:4711";

test.each([
  [undefined, null],
  ["https://live.example", "https://live.example"],
  ["http://127.0.0.1:{port}", "http://127.0.0.1:4711"],
  ["https://{hostname}.live.example/rt", `https://${hostname()}.live.example/rt`],
])("the public address %p becomes %p", (template, address) => {
  expect(publicAddress(template, own)).toBe(address);
});

test("a public address that is none is refused when the process starts", () => {
  const env = {
    NATS_URL: "nats://x",
    REDIS_URL: "redis://x",
    TICKET_SECRET: "a-secret-for-tests-of-32-characters",
  };
  for (const text of ["live.example", "ftp://live.example", "http://{nothing}"])
    expect(() => realtimeConfig.parse({ ...env, PUBLIC_URL: text })).toThrow("PUBLIC_URL");
  expect(realtimeConfig.parse({ ...env, PUBLIC_URL: "http://127.0.0.1:{port}/" }).publicUrl).toBe(
    "http://127.0.0.1:{port}",
  );
  expect(realtimeConfig.parse(env).publicUrl).toBeUndefined();
});
