import { afterAll, beforeAll, expect, test } from "bun:test";
import {
  chatBecomes,
  createRoom,
  enterRoom,
  goLive,
  isConnected,
  messageBox,
  register,
  say,
} from "./actions.ts";
import { type AppStack, startAppStack } from "./app-stack.ts";
import { openBrowser, type TestBrowser } from "./open-browser.ts";

let stack: AppStack;
let browser: TestBrowser;
beforeAll(async () => {
  stack = await startAppStack();
  browser = await openBrowser();
}, 120_000);
afterAll(async () => {
  await browser?.[Symbol.asyncDispose]();
  await stack?.[Symbol.asyncDispose]();
});

test("a newcomer opens a room and goes live; another finds it, and both exchange danmaku in real time", async () => {
  const { webUrl } = stack;
  const [host, guest] = [await browser.person(), await browser.person()];
  await register(host.page, webUrl, "first_host");
  const room = await createRoom(host.page, webUrl, { title: "Opening night" });
  await goLive(host.page);
  await host.page.getByRole("link", { name: "Open room" }).click();
  await isConnected(host.page);

  await register(guest.page, webUrl, "first_guest");
  await guest.page.goto(webUrl);
  await guest.page.getByRole("link", { name: /Opening night/ }).click();
  expect(new URL(guest.page.url()).pathname).toBe(`/rooms/${room}`);
  await isConnected(guest.page);

  await say(guest.page, "hello from the second row");
  await say(host.page, "welcome, 欢迎!");
  await chatBecomes(guest.page, ["hello from the second row", "welcome, 欢迎!"]);
  await chatBecomes(host.page, ["hello from the second row", "welcome, 欢迎!"]);

  await guest.page
    .getByRole("button", { name: /^Follow/ })
    .first()
    .click();
  await guest.page.getByRole("button", { name: /^Following/ }).waitFor();
  expect([...host.faults, ...guest.faults]).toEqual([]);
}, 120_000);

test("whoever drops off and comes back misses nothing and sees it in order, once", async () => {
  const { webUrl, network } = stack;
  const [host, guest] = [await browser.person(), await browser.person()];
  await register(host.page, webUrl, "second_host");
  const room = await createRoom(host.page, webUrl, { title: "Tunnel" });
  await goLive(host.page);
  await enterRoom(host.page, webUrl, room);
  await register(guest.page, webUrl, "second_guest");
  await enterRoom(guest.page, webUrl, room);
  await say(host.page, "before the tunnel");
  await chatBecomes(guest.page, ["before the tunnel"]);

  network.cut();
  await guest.page.locator("[data-testid=connection][data-phase=resuming]").waitFor();
  // Writing needs the api alone, so the room goes on without the ones who dropped off.
  await say(host.page, "one in the dark");
  await say(host.page, "two in the dark");
  await say(guest.page, "still writing");
  network.mend();

  await isConnected(guest.page);
  const all = ["before the tunnel", "one in the dark", "two in the dark", "still writing"];
  await chatBecomes(host.page, all);
  await say(host.page, "daylight");
  // The guest's own line stands where they saw it: they said it before they heard of the other two.
  await chatBecomes(guest.page, [
    "before the tunnel",
    "still writing",
    "one in the dark",
    "two in the dark",
    "daylight",
  ]);
  expect([...host.faults, ...guest.faults]).toEqual([]);
}, 120_000);

test("whoever comes late reads what was said, and the end of the session is told to all", async () => {
  const { webUrl } = stack;
  const [host, late] = [await browser.person(), await browser.person()];
  await register(host.page, webUrl, "third_host");
  const room = await createRoom(host.page, webUrl, { title: "Soirée" });
  await goLive(host.page);
  await enterRoom(host.page, webUrl, room);
  await say(host.page, "you should have been here");

  await enterRoom(late.page, webUrl, room);
  await chatBecomes(late.page, ["you should have been here"]);
  await late.page.getByRole("link", { name: "Log in to chat" }).waitFor();

  await host.page.getByRole("link", { name: "Studio", exact: true }).first().click();
  await host.page.getByRole("link", { name: /Soirée/ }).click();
  await host.page.getByRole("button", { name: "End the session" }).click();
  await host.page.getByRole("alertdialog").getByRole("button", { name: "End it" }).click();
  await host.page.getByRole("button", { name: "Go live" }).waitFor();
  await late.page.getByText("The host has ended the session.").waitFor();
  await late.page.getByText("Off air").waitFor();
  expect([...host.faults, ...late.faults]).toEqual([]);
}, 120_000);

test("a message that the server can't take now is kept, and goes through once when it can", async () => {
  const { webUrl } = stack;
  const host = await browser.person();
  await register(host.page, webUrl, "fourth_host");
  const room = await createRoom(host.page, webUrl, { title: "Patience" });
  await goLive(host.page);
  await enterRoom(host.page, webUrl, room);
  // The answer is lost after the server has stored the message: the next attempt must not store it again.
  let lost = 0;
  await host.page.route(/\/trpc\/messages\.send/, async (route) => {
    if (lost >= 1) return route.continue();
    lost += 1;
    await route.fetch();
    await route.abort("connectionreset");
  });
  const box = messageBox(host.page);
  await box.fill("only once");
  await box.press("Enter");
  await host.page.locator("[data-message][data-state=sent]").filter({ hasText: "only once" }).waitFor();
  await say(host.page, "after it");
  await chatBecomes(host.page, ["only once", "after it"]);
  expect(lost).toBe(1);

  const witness = await browser.person();
  await enterRoom(witness.page, webUrl, room);
  await chatBecomes(witness.page, ["only once", "after it"]);
}, 120_000);
