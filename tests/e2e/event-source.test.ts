import { afterAll, beforeAll, expect, test } from "bun:test";
import { join } from "node:path";
import { type ExampleRoom, startExampleRoom } from "../examples/example-room.ts";
import { openBrowser, type TestBrowser } from "./open-browser.ts";

const folder = join(import.meta.dir, "..", "..", "examples");

let page: Bun.Server<undefined>;
let room: ExampleRoom;
let browser: TestBrowser;

beforeAll(async () => {
  page = Bun.serve({
    hostname: "127.0.0.1",
    port: 0,
    fetch: () => new Response(Bun.file(join(folder, "event-source.html"))),
  });
  room = await startExampleRoom({ WEB_ORIGINS: `http://127.0.0.1:${page.port}` });
  browser = await openBrowser();
}, 90_000);
afterAll(async () => {
  await browser?.[Symbol.asyncDispose]();
  await room?.[Symbol.asyncDispose]();
  await page?.stop(true);
});

async function run(script: string, ...args: readonly string[]): Promise<string> {
  const env = { ...process.env, ...room.env, TOKEN: "" };
  const child = Bun.spawn(["sh", join(folder, script), ...args], { env, stdout: "pipe" });
  return (await new Response(child.stdout).text()).trim();
}

test("the browser's own EventSource shows a room live, with ten lines of page", async () => {
  const { env, account } = room;
  const token = await run("log-in.sh", account.name, account.password);
  const { page: tab, faults } = await browser.person();
  const address = `http://127.0.0.1:${page.port}/?${env.REALTIME}/rooms/${env.ROOM}/events`;
  const stream = tab.waitForResponse((response) => response.url().startsWith(env.REALTIME));
  await tab.goto(address);
  expect(await (await stream).headerValue("content-encoding")).toBe("gzip");
  const send = (text: string) =>
    fetch(`${env.API}/api/v1/rooms/${env.ROOM}/messages`, {
      method: "POST",
      headers: {
        authorization: `Bearer ${token}`,
        "x-barrage-client": "test",
        "content-type": "application/json",
      },
      body: JSON.stringify({ text, key: `browser0${text.length}` }),
    });
  await send("<b>你好</b> from the api");
  await tab.getByText("example_host: <b>你好</b> from the api").waitFor();

  // Who comes later reads the same compressed batches.
  const late = await browser.person();
  const lateStream = late.page.waitForResponse((response) => response.url().startsWith(env.REALTIME));
  await late.page.goto(address);
  await lateStream;
  await send("to both");
  for (const { page: each } of [{ page: tab }, late]) await each.getByText("example_host: to both").waitFor();
  expect([...faults, ...late.faults]).toEqual([]);
}, 60_000);
