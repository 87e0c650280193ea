import { afterAll, beforeAll, expect, test } from "bun:test";
import type { Page } from "playwright-core";
import { createRoom, enterRoom, goLive, messageBox, messages, register, say } from "./actions.ts";
import { type AppStack, startAppStack } from "./app-stack.ts";
import { openBrowser, type TestBrowser } from "./open-browser.ts";

let stack: AppStack;
let browser: TestBrowser;
let host: Page;
let guest: Page;
let room: string;
beforeAll(async () => {
  stack = await startAppStack();
  browser = await openBrowser();
  host = (await browser.person()).page;
  guest = (await browser.person()).page;
  await register(host, stack.webUrl, "strict_host");
  room = await createRoom(host, stack.webUrl, { title: "Orderly" });
  await goLive(host);
  await enterRoom(host, stack.webUrl, room);
  await register(guest, stack.webUrl, "loud_guest");
  await enterRoom(guest, stack.webUrl, room);
}, 180_000);
afterAll(async () => {
  await browser?.[Symbol.asyncDispose]();
  await stack?.[Symbol.asyncDispose]();
});

async function choose(page: Page, text: string, action: RegExp): Promise<void> {
  const message = messages(page).filter({ hasText: text });
  await message.hover();
  await message.getByRole("button", { name: /^Actions on the message/ }).click();
  await page.getByRole("menuitem", { name: action }).click();
}

test("a message that the host deletes disappears for everybody", async () => {
  await say(guest, "spoiler: it was the butler");
  await choose(host, "butler", /Delete message/);
  for (const page of [host, guest]) {
    await page.getByText("A message was deleted.").waitFor();
    expect(await messages(page).filter({ hasText: "butler" }).count()).toBe(0);
  }
}, 60_000);

test("a viewer may delete their own message and can't do more to others than copy", async () => {
  await say(guest, "I take that back");
  await choose(guest, "take that back", /Delete message/);
  await guest.getByText("A message was deleted.").nth(1).waitFor();
  await say(host, "mine to keep");
  const message = messages(guest).filter({ hasText: "mine to keep" });
  await message.hover();
  await message.getByRole("button", { name: /^Actions on the message/ }).click();
  expect(await guest.getByRole("menuitem").allInnerTexts()).toEqual(["Copy text"]);
  await guest.keyboard.press("Escape");
}, 60_000);

test("whoever is muted is told, can't write, and can again when it is lifted in the studio", async () => {
  await say(guest, "LOUD NOISES");
  await choose(host, "LOUD NOISES", /Mute for 10 minutes/);
  await guest.getByText(/You are muted until/).waitFor();
  expect(await messageBox(guest).count()).toBe(0);

  await host.goto(`${stack.webUrl}/studio/${room}?tab=moderation`);
  await host.getByRole("button", { name: "Unmute loud_guest" }).click();
  await messageBox(guest).waitFor();
  await enterRoom(host, stack.webUrl, room);
  await say(guest, "quietly now");
  await messages(host).filter({ hasText: "quietly now" }).waitFor();
}, 60_000);

test("a moderator finds the way from the room to the studio and unmutes, on a phone and by keyboard; a viewer is shown none", async () => {
  const options = { viewport: { width: 360, height: 740 }, isMobile: true, hasTouch: true };
  const { page: deputy, faults } = await browser.person(options);
  await register(deputy, stack.webUrl, "deputy");
  await host.goto(`${stack.webUrl}/studio/${room}?tab=moderation`);
  await host.getByLabel("User name").fill("deputy");
  await host.getByRole("button", { name: "Add", exact: true }).click();
  await host.getByRole("button", { name: "Remove deputy" }).waitFor();
  await enterRoom(host, stack.webUrl, room);
  for (const press of ["tap", "key"] as const) {
    await choose(host, "quietly now", /Mute for 10 minutes/);
    await guest.getByText(/You are muted until/).waitFor();
    await enterRoom(deputy, stack.webUrl, room);
    const link = deputy.getByRole("link", { name: "Moderate" });
    expect(await deputy.evaluate(() => document.documentElement.scrollWidth)).toBe(360);
    const follow = await deputy.getByRole("button", { name: /^Follow/ }).boundingBox();
    expect((follow?.x ?? 360) + (follow?.width ?? 0)).toBeLessThanOrEqual(360);
    await (press === "tap" ? link.tap() : link.press("Enter"));
    await deputy.getByRole("button", { name: "Unmute loud_guest" }).click();
    await messageBox(guest).waitFor();
  }
  expect(await guest.getByRole("link", { name: "Moderate" }).count()).toBe(0);
  expect(faults).toEqual([]);
}, 90_000);

test("blocked words are refused with the reason, and slow mode is told and counted down", async () => {
  await host.goto(`${stack.webUrl}/studio/${room}?tab=moderation`);
  await host.getByLabel("One a line").fill("voldemort");
  await host.getByRole("button", { name: "Save words" }).click();
  await host.getByText("Saved.").waitFor();
  const box = messageBox(guest);
  await box.fill("hello voldemort");
  await box.press("Enter");
  const refused = messages(guest).filter({ hasText: "hello voldemort" });
  await refused.getByText(/blocked in this room/).waitFor();
  await refused.getByRole("button", { name: "Discard" }).click();
  await refused.waitFor({ state: "detached" });

  await host.getByRole("radio", { name: "30 s" }).click();
  await guest.getByText(/Slow mode is on/).waitFor();
  await say(guest, "one for the road");
  await guest.getByRole("button", { name: "Wait before the next message" }).waitFor();
}, 60_000);

test("whoever is banned is told and shut out", async () => {
  await enterRoom(host, stack.webUrl, room);
  await choose(host, "one for the road", /Ban from the room/);
  await guest.getByText("You are banned from this room.").first().waitFor();
  expect(await messageBox(guest).count()).toBe(0);
}, 60_000);
