import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { join } from "node:path";
import type { AppRouter } from "@barrage/api";
import { createTempDir, type TempDir, waitFor } from "@barrage/testkit";
import { createTRPCClient, httpLink } from "@trpc/client";
import { type PlatformStack, startPlatformStack } from "./platform-stack.ts";

const repoRoot = join(import.meta.dir, "..", "..");

let stack: PlatformStack;
let temp: TempDir;
let room: string;
let idleRoom: string;

function api(token?: string) {
  const headers = { "x-barrage-client": "test", ...(token ? { authorization: `Bearer ${token}` } : {}) };
  return createTRPCClient<AppRouter>({ links: [httpLink({ url: `${stack.api.url}/trpc`, headers })] });
}

beforeAll(async () => {
  stack = await startPlatformStack();
  temp = createTempDir("crowd");
  const { token } = await api().users.register.mutate({ name: "crowd_host", password: "long enough" });
  const host = api(token ?? "");
  ({ id: room } = await host.rooms.create.mutate({ title: "A room for a crowd" }));
  ({ id: idleRoom } = await host.rooms.create.mutate({ title: "A quiet room" }));
  await host.rooms.start.mutate({ id: room });
  // The node learns of rooms by events that the worker relays.
  await waitFor(async () => (await fetch(`${stack.realtime.url}/rooms/${room}/ws`)).status === 400, {
    deadlineMs: 10_000,
  });
}, 60_000);
afterAll(async () => {
  await stack?.[Symbol.asyncDispose]();
  temp?.[Symbol.dispose]();
});

async function crowd(...args: readonly string[]) {
  const accounts = join(temp.path, "accounts.json");
  const addresses = ["--api", stack.api.url, "--realtime", stack.realtime.url, "--accounts", accounts];
  const child = Bun.spawn([process.execPath, "bench/src/crowd.ts", ...addresses, ...args], {
    cwd: repoRoot,
    stdout: "pipe",
    stderr: "pipe",
  });
  const [out, err, code] = await Promise.all([
    new Response(child.stdout).text(),
    new Response(child.stderr).text(),
    child.exited,
  ]);
  return { out, err, code };
}

describe("bun run crowd", () => {
  test("a crowd of viewers over both transports, half of them dropped on the way, finds nothing wrong", async () => {
    const size = ["--viewers", "40", "--senders", "4", "--rate", "12", "--seconds", "4", "--drop", "0.5"];
    const { out, err, code } = await crowd("--room", room, ...size, "--seed", "5");
    expect({ code, err, out }).toMatchObject({ code: 0, err: "" });
    expect(out).toContain("12 are used for 12/s");
    expect(out).toContain("sent          48, acknowledged 48");
    expect(out).toMatch(/gaps +0\n/);
    expect(out).toContain("all well");
  }, 60_000);
  test("says what is wrong with a room: none, or not live", async () => {
    const missing = await crowd("--room", "nosuchroom", "--viewers", "1");
    expect(missing).toMatchObject({ code: 1, err: expect.stringContaining("room_not_found") });
    const idle = await crowd("--room", idleRoom, "--viewers", "1");
    expect(idle).toMatchObject({ code: 1, err: expect.stringContaining("is not live") });
  });
  test("says what is wrong with its command line, and how it is meant", async () => {
    const { code, err } = await crowd("--room", room, "--viewers", "many");
    expect(code).toBe(2);
    expect(err).toContain("--viewers must be");
    expect(err).toContain("bun run crowd --room");
  });
});
