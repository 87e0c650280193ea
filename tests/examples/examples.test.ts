import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { type ExampleRoom, startExampleRoom } from "./example-room.ts";

const folder = join(import.meta.dir, "..", "..", "examples");
const file = (name: string): string => join(folder, name);

let room: ExampleRoom;
let token = "";

beforeAll(async () => {
  room = await startExampleRoom();
  token = (await finished(["sh", file("log-in.sh"), room.account.name, room.account.password])).trim();
}, 60_000);
afterAll(() => room?.[Symbol.asyncDispose]());

function start(command: readonly string[]) {
  const env = { ...process.env, ...room.env, TOKEN: token };
  return Bun.spawn([...command], { cwd: folder, env, stdout: "pipe", stderr: "pipe" });
}

/** What a program printed that must end well. */
async function finished(command: readonly string[]): Promise<string> {
  const child = start(command);
  const [out, error, code] = await Promise.all([
    new Response(child.stdout).text(),
    new Response(child.stderr).text(),
    child.exited,
  ]);
  expect({ command: command[1], code, error }).toEqual({ command: command[1], code: 0, error: "" });
  return out;
}

/** Runs a program that watches until it has printed `wanted`, and ends it. */
async function watchUntil(command: readonly string[], wanted: string): Promise<void> {
  const child = start(command);
  const decoder = new TextDecoder();
  let seen = "";
  for await (const chunk of child.stdout) {
    seen += decoder.decode(chunk, { stream: true });
    if (seen.includes(wanted)) break;
  }
  child.kill();
  await child.exited;
  expect(seen).toContain(wanted);
}

describe("examples", () => {
  test("log-in.sh prints a token", () => {
    expect(token).toMatch(/^[\w-]{20,}$/);
  });

  test("send.sh sends, watch.sh and the SDK see it", async () => {
    expect(await finished(["sh", file("send.sh"), "said by curl"])).toContain('"cursor"');
    await watchUntil(["sh", file("watch.sh")], "said by curl");
    await watchUntil([process.execPath, file("watch-sdk.ts")], "example_host: said by curl");
  }, 30_000);

  test("the tRPC client sends", async () => {
    expect(await finished([process.execPath, file("send-trpc.ts"), "said by tRPC"])).toMatch(/^\w+-\d+\n$/);
    await watchUntil(["sh", file("watch.sh")], "said by tRPC");
  }, 30_000);

  test.skipIf(Bun.which("python3") === null)(
    "Python sends and watches without an SDK",
    async () => {
      await watchUntil(["python3", file("room.py"), "said by Python"], "'text': 'said by Python'");
    },
    30_000,
  );

  test("each is about ten lines, stands in the table, and is run here or in a browser", () => {
    const programs = readdirSync(folder).filter((name) => /\.(sh|ts|py|html)$/.test(name));
    const table = readFileSync(file("README.md"), "utf8");
    const tests = [import.meta.path, join(import.meta.dir, "..", "e2e", "event-source.test.ts")];
    const runs = tests.map((path) => readFileSync(path, "utf8")).join("\n");
    for (const name of programs) {
      const lines = readFileSync(file(name), "utf8")
        .split("\n")
        .filter((line) => line.trim() !== "").length;
      expect({
        name,
        short: lines <= 16,
        listed: table.includes(`(${name})`),
        run: runs.includes(`"${name}"`),
      }).toEqual({
        name,
        short: true,
        listed: true,
        run: true,
      });
    }
  });
});
