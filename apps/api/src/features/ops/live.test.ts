import { afterAll, beforeAll, expect, test } from "bun:test";
import { openDatabase, setAdministrator } from "@barrage/db";
import { waitFor } from "@barrage/testkit";
import { createRoomWorld, type RoomWorld } from "../../testing/room-world.ts";
import { startTestApi, type TestApi } from "../../testing/start-test-api.ts";

let api: TestApi;
let world: RoomWorld;
beforeAll(async () => {
  api = await startTestApi();
  world = await createRoomWorld(api);
}, 60_000);
afterAll(async () => {
  await world?.[Symbol.asyncDispose]();
  await api?.[Symbol.asyncDispose]();
});

/** A stream as the browser opens it, read raw. @returns what has come so far, and whether it ended */
async function openStream(url: string, headers: Readonly<Record<string, string>> = {}) {
  const response = await fetch(`${url}/trpc/ops.watch`, {
    headers: { accept: "text/event-stream", ...headers },
  });
  let text = "";
  let ended = false;
  void (async () => {
    const decoder = new TextDecoder();
    try {
      for await (const chunk of response.body ?? []) text += decoder.decode(chunk, { stream: true });
    } catch {
      // Left, or cut off: the end of it either way.
    }
    ended = true;
  })();
  return { text: () => text, ended: () => ended };
}

test("the platform's state is pushed to administrators alone, tells of every process, and ends at once with its process", async () => {
  const person = await world.person();
  const logIn = { authorization: `Bearer ${person.token}` };
  const refusedBy = async (headers: Readonly<Record<string, string>>, code: string) => {
    const stream = await openStream(api.url, headers);
    await waitFor(() => stream.ended());
    expect(stream.text()).toContain(`"code":"${code}"`);
    expect(stream.text()).not.toContain("processes");
  };
  await refusedBy({}, "unauthenticated");
  await refusedBy(logIn, "administrator_required");
  await refusedBy({ ...logIn, origin: "http://elsewhere.test" }, "origin_forbidden");

  const database = openDatabase({ url: api.database.url, applicationName: "test" });
  await setAdministrator(database.orm, { name: person.name, isAdministrator: true });
  await database.close();
  const node = await api.startAnotherNode();
  const stream = await waitFor(
    async () => {
      const opened = await openStream(node.url, logIn);
      await waitFor(() => opened.text().includes("processes") || opened.ended());
      return !opened.ended() && opened;
    },
    { deadlineMs: 20_000, what: "the stream of one who is an administrator" },
  );
  // Both processes tell of themselves; each hears both.
  await waitFor(() => stream.text().match(/"role":"api"[^]*"role":"api"/) !== null, { deadlineMs: 10_000 });
  expect(stream.text()).toContain('"requestsPerS"');
  await node[Symbol.asyncDispose]();
  await waitFor(() => stream.ended());
}, 60_000);
