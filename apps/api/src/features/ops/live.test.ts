import { afterAll, beforeAll, expect, test } from "bun:test";
import { waitFor } from "@barrage/testkit";
import { type OpsWorld, startOpsWorld } from "../../testing/ops-world.ts";
import type { TestApi } from "../../testing/start-test-api.ts";

let world: OpsWorld;
let api: TestApi;
beforeAll(async () => {
  world = await startOpsWorld();
  ({ api } = world);
}, 60_000);
afterAll(() => world?.[Symbol.asyncDispose]());

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

/** The stream of an administrator. */
async function openStreamOf(url: string, logIn: Readonly<Record<string, string>>) {
  const opened = await openStream(url, logIn);
  await waitFor(() => opened.text().includes("processes") || opened.ended());
  expect(opened.ended()).toBe(false);
  return opened;
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

  await world.makeAdministrator(person);
  const node = await api.startAnotherNode();
  const stream = await openStreamOf(node.url, logIn);
  // Both processes tell of themselves; each hears both.
  await waitFor(() => stream.text().match(/"role":"api"[^]*"role":"api"/) !== null, { deadlineMs: 10_000 });
  expect(stream.text()).toContain('"requestsPerS"');
  await node[Symbol.asyncDispose]();
  await waitFor(() => stream.ended());
}, 60_000);

test("while NATS is away administrators are told that nobody can be heard, and nobody is taken for gone", async () => {
  const person = await world.administrator();
  const stream = await openStreamOf(api.url, { authorization: `Bearer ${person.token}` });
  const toldOf = (what: RegExp) => waitFor(() => what.test(stream.text()), { deadlineMs: 15_000 });
  await toldOf(/"isHeard":true,"processes":\[\{/);
  await api.nats.kill();
  // Longer than who is silent stays on the board.
  await toldOf(/("isHeard":false,"processes":\[\{[^]*){3}/);
  await api.nats.start();
  await toldOf(/"isHeard":false[^]*"isHeard":true,"processes":\[\{/);
  expect(stream.text()).not.toContain('"processes":[]');
}, 60_000);
