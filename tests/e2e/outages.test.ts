import { afterAll, beforeAll, expect, test } from "bun:test";
import type { Page } from "playwright-core";
import {
  chatBecomes,
  createRoom,
  enterRoom,
  goLive,
  messageBox,
  password,
  register,
  say,
} from "./actions.ts";
import { type AppStack, startAppStack } from "./app-stack.ts";
import { openBrowser, type TestBrowser } from "./open-browser.ts";

let stack: AppStack;
let browser: TestBrowser;
let host: Page;
let guest: Page;
let phone: Page;
let room: string;
beforeAll(async () => {
  stack = await startAppStack();
  browser = await openBrowser();
  host = (await browser.person()).page;
  guest = (await browser.person()).page;
  await register(host, stack.webUrl, "storm_host");
  room = await createRoom(host, stack.webUrl, { title: "Storm" });
  await goLive(host);
  await enterRoom(host, stack.webUrl, room);
  await register(guest, stack.webUrl, "storm_guest");
  await enterRoom(guest, stack.webUrl, room);
  await say(guest, "calm");
  const size = { viewport: { width: 360, height: 740 }, isMobile: true, hasTouch: true };
  phone = (await browser.person(size)).page;
  await register(phone, stack.webUrl, "storm_thumbs");
  await enterRoom(phone, stack.webUrl, room);
}, 180_000);
afterAll(async () => {
  await browser?.[Symbol.asyncDispose]();
  await stack?.[Symbol.asyncDispose]();
});

test("without Postgres the live room goes on, and whoever logs in is told plainly", async () => {
  const outsider = (await browser.person()).page;
  await outsider.goto(`${stack.webUrl}/login`);
  await outsider.getByLabel("Name").fill("storm_guest");
  await outsider.getByLabel("Password").fill(password);
  stack.postgres.cut();
  await outsider.getByRole("button", { name: "Log in" }).click();
  await outsider.getByRole("alert").filter({ hasText: "can't be reached right now" }).waitFor();
  await say(guest, "still here");
  await say(host, "so am I");
  await chatBecomes(host, ["calm", "still here", "so am I"]);
  await outsider.goto(stack.webUrl);
  await outsider.getByText("Accounts and rooms can't be reached right now. Live rooms go on.").waitFor();

  // On a phone, whose page has asked for something in vain: it says so, and the message box is left free.
  await phone.getByRole("button", { name: /^Follow/ }).click();
  const told = phone.getByRole("status").filter({ hasText: "Live rooms go on." });
  await told.waitFor();
  const [banner, box] = [await told.boundingBox(), await messageBox(phone).boundingBox()];
  expect(banner?.y).toBe(await phone.getByRole("banner").evaluate(({ clientHeight }) => clientHeight + 1));
  expect((box?.y ?? 740) + (box?.height ?? 0)).toBeLessThanOrEqual(740);
  await messageBox(phone).tap();
  await messageBox(phone).fill("sent by thumb");
  await phone.getByRole("button", { name: "Send", exact: true }).tap();
  await chatBecomes(host, ["calm", "still here", "so am I", "sent by thumb"]);

  stack.postgres.mend();
  await outsider.getByRole("link", { name: /Storm/ }).waitFor();
  await outsider.getByText("Live rooms go on.").waitFor({ state: "detached" });
}, 120_000);

test("without NATS a message waits with its reason, and goes through once with the same key", async () => {
  stack.nats.cut();
  await messageBox(guest).fill("through the storm");
  await messageBox(guest).press("Enter");
  const line = guest.getByRole("log").getByRole("article").filter({ hasText: "through the storm" });
  await line.getByText(/nothing will be sent twice/).waitFor({ timeout: 45_000 });
  stack.nats.mend();
  const retry = line.getByRole("button", { name: "Retry", exact: true });
  const sent = guest.locator("[data-message][data-state=sent]").filter({ hasText: "through the storm" });
  // The api comes back to NATS at a time of its own: a person would press again, too.
  for (let presses = 0; presses < 5 && (await sent.count()) === 0; presses++) {
    await retry.or(sent).first().waitFor({ timeout: 45_000 });
    if ((await retry.count()) > 0) await retry.click();
  }
  await sent.waitFor();
  await chatBecomes(host, ["calm", "still here", "so am I", "sent by thumb", "through the storm"]);
  expect(await line.count()).toBe(1);
}, 180_000);
