import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { waitFor } from "@barrage/testkit";
import type { Page } from "playwright-core";
import { loaded } from "./actions.ts";
import { violations } from "./axe-violations.ts";
import { patienceMs } from "./open-browser.ts";
import { createReplayWorld, glance, type ReplayWorld, replayIs, standStill } from "./replay-world.ts";

let world: ReplayWorld;
beforeAll(async () => {
  world = await createReplayWorld("Seen again");
}, 180_000);
afterAll(() => world?.[Symbol.asyncDispose]());

const chat = (page: Page) => page.getByRole("log");

/** Whether danmaku are drawn over the picture now. */
async function hasInk(page: Page): Promise<boolean> {
  return page.evaluate(() => {
    const canvas = document.querySelector<HTMLCanvasElement>("[data-testid=danmaku] canvas");
    const { width = 0, height = 0 } = canvas ?? {};
    if (canvas === null || width * height === 0) return false;
    const pixels = canvas.getContext("2d")?.getImageData(0, 0, width, height).data ?? [];
    return pixels.some((value) => value > 0);
  });
}

test("a visitor finds the replay on the home page; danmaku come at their moments, and it ends", async () => {
  const { page, faults } = await world.browser.person();
  await page.goto(world.stack.webUrl);
  await page
    .getByRole("region", { name: "Recent replays" })
    .getByRole("link", { name: /Seen again/ })
    .click();
  await replayIs(page, "playing");
  let drawn = false;
  const seen: { positionMs: number; chat: string }[] = [];
  await waitFor(
    async () => {
      seen.push(await glance(page));
      drawn ||= await hasInk(page);
      return (await page.locator("[data-testid=replay][data-state=ended]").count()) > 0;
    },
    { deadlineMs: world.durationMs + 2 * patienceMs, what: "the end of the replay" },
  );
  // The last words may have come with the end, after the last look.
  await chat(page).getByText("the last words").waitFor();
  seen.push(await glance(page));
  expect(drawn).toBe(true);
  for (const { text, offsetMs } of world.said) {
    const early = seen.filter(
      ({ positionMs, chat: shown }) => positionMs < offsetMs - 1_000 && shown.includes(text),
    );
    expect({ text, early }).toEqual({ text, early: [] });
    expect(seen.some(({ chat: shown }) => shown.includes(text))).toBe(true);
  }
  const before = seen.filter(({ chat: shown }) => !shown.includes("the last words"));
  expect(before.some(({ chat: shown }) => shown.includes("the first words"))).toBe(true);
  await chat(page).getByText("sent 2 rockets").waitFor();
  expect(faults).toEqual([]);
}, 120_000);

test("with the keyboard alone: pause, to the beginning, forward, faster, to the next mark, to the end", async () => {
  const { page, faults } = await world.browser.person();
  const { keyboard } = page;
  const [first, second, last] = world.said;
  await page.goto(world.address);
  await standStill(page, () => keyboard.press("k"));
  await keyboard.press("Home");
  await page
    .locator("[data-testid=position]")
    .filter({ hasText: /^0:00$/ })
    .waitFor();
  await chat(page).getByText("Nothing has been said yet at this moment.").waitFor();
  // Five seconds are beyond the second words and before the last.
  await keyboard.press("ArrowRight");
  await page
    .locator("[data-testid=position]")
    .filter({ hasText: /^0:05$/ })
    .waitFor();
  for (const { text } of [first, second]) await chat(page).getByText(text).waitFor();
  expect(await chat(page).getByText(last.text).count()).toBe(0);
  await keyboard.press(">");
  await page.getByRole("button", { name: "Speed: 1.25×" }).waitFor();
  await keyboard.press("<");
  await page.getByRole("button", { name: "Speed: 1×" }).waitFor();
  await keyboard.press("Home");
  await page
    .locator("[data-testid=position]")
    .filter({ hasText: /^0:00$/ })
    .waitFor();
  await keyboard.press("n");
  await page.getByText(/^Moved to [1-5] seconds?\.$/).waitFor();
  const slider = page.getByRole("slider", { name: "Moment of the session" });
  await slider.focus();
  await keyboard.press("End");
  for (const { text } of world.said) await chat(page).getByText(text).waitFor();
  expect(await slider.getAttribute("aria-valuetext")).toMatch(/^\d+ seconds of \d+ seconds$/);
  await keyboard.press("Home");
  await page
    .locator("[data-testid=position]")
    .filter({ hasText: /^0:00$/ })
    .waitFor();
  await keyboard.press("Space");
  await replayIs(page, "playing");
  await keyboard.press("?");
  await page.getByRole("dialog", { name: "Keyboard shortcuts" }).waitFor();
  expect(faults).toEqual([]);
}, 90_000);

/** Whether the middle of what is called so is what is seen at its place. */
async function isSeen(page: Page, role: "menu" | "dialog", name: RegExp): Promise<boolean> {
  const overlay = page.getByRole(role, { name });
  await overlay.waitFor();
  return overlay.evaluate(async (element) => {
    await Promise.all(element.getAnimations().map(({ finished }) => finished));
    const { left, top, width, height } = element.getBoundingClientRect();
    return element.contains(document.elementFromPoint(left + width / 2, top + height / 2));
  });
}

test("in full screen menus, panels, dialogs and news are seen over the picture, and afterwards over the page", async () => {
  const { page, faults } = await world.browser.person({ permissions: ["clipboard-read", "clipboard-write"] });
  const { keyboard } = page;
  await page.goto(world.address);
  await standStill(page, () => keyboard.press("k"));
  const isFull = (full: boolean) =>
    page.waitForFunction((wanted) => (document.fullscreenElement !== null) === wanted, full);
  const overlays = async () => {
    const seen: Record<string, boolean> = {};
    await page.getByRole("button", { name: /^Speed/ }).click();
    seen["speed"] = await isSeen(page, "menu", /^Speed/);
    await keyboard.press("Escape");
    for (const name of ["Moments", "Danmaku settings"]) {
      await page.getByRole("button", { name, exact: true }).click();
      seen[name] = await isSeen(page, "dialog", new RegExp(name));
      await keyboard.press("Escape");
      await page.getByRole("dialog").waitFor({ state: "detached" });
    }
    await keyboard.press("?");
    seen["keys"] = await isSeen(page, "dialog", /Keyboard shortcuts/);
    await page.getByRole("button", { name: "Close", exact: true }).click();
    await page.getByRole("dialog").waitFor({ state: "detached" });
    return seen;
  };
  const all = { speed: true, Moments: true, "Danmaku settings": true, keys: true };
  await keyboard.press("f");
  await isFull(true);
  expect(await overlays()).toEqual(all);
  await page.getByRole("button", { name: "Copy link to this moment" }).click();
  const news = page.getByText(/Link copied/);
  await news.waitFor();
  expect(await news.evaluate((element) => document.fullscreenElement?.contains(element))).toBe(true);
  await keyboard.press("f");
  await isFull(false);
  expect(await news.isVisible()).toBe(true);
  expect(await overlays()).toEqual(all);
  expect(faults).toEqual([]);
}, 90_000);

test("a press on the timeline goes there; the link to a moment opens at it", async () => {
  const { page, faults } = await world.browser.person({ permissions: ["clipboard-read", "clipboard-write"] });
  const [first, second, last] = world.said;
  await page.goto(world.address);
  await standStill(page, () => page.getByTestId("stage-press").click());
  const share = (second.offsetMs + 1_500) / world.durationMs;
  const slider = page.getByRole("slider", { name: "Moment of the session" });
  const box = await slider.boundingBox();
  if (box === null) throw new Error("there is no timeline");
  await page.mouse.click(box.x + box.width * share, box.y + box.height / 2);
  for (const { text } of [first, second]) await chat(page).getByText(text).waitFor();
  expect(await chat(page).getByText(last.text).count()).toBe(0);

  await page.getByRole("button", { name: "Copy link to this moment" }).click();
  await page.getByText(/Link copied/).waitFor();
  const link = await page.evaluate(() => navigator.clipboard.readText());
  expect(link).toBe(`${world.address}?t=${Math.floor((second.offsetMs + 1_500) / 1000)}`);
  const other = await world.browser.person();
  await other.page.goto(link);
  for (const { text } of [first, second]) await chat(other.page).getByText(text).waitFor();
  const { positionMs } = await glance(other.page);
  expect(positionMs).toBeGreaterThan(second.offsetMs - 1_000);
  await chat(other.page).getByText(last.text).waitFor();
  expect([...faults, ...other.faults]).toEqual([]);
}, 90_000);

test("the room that is off air leads to its past sessions, and so does the way from there", async () => {
  const { page, faults } = await world.browser.person();
  await page.goto(`${world.stack.webUrl}/rooms/${world.room}`);
  await page.getByRole("link", { name: /Watch the last session/ }).waitFor();
  await page.getByRole("link", { name: "Past sessions", exact: true }).click();
  await page.getByRole("heading", { level: 1, name: "Seen again: past sessions" }).waitFor();
  await page.getByRole("main").getByRole("listitem").getByRole("link").click();
  await replayIs(page, "playing");
  await page.goto(`${world.stack.webUrl}/rooms/${world.room}/replays/nosuchsession0`);
  await page.getByText("There is no such session").waitFor();
  expect(faults).toEqual([]);
}, 60_000);

test("while the connection is cut the replay stands and says so, and then goes on", async () => {
  const { page, faults } = await world.browser.person();
  await page.goto(world.address);
  await replayIs(page, "playing");
  world.stack.network.cut();
  await page.getByText("Reconnecting").waitFor();
  world.stack.network.mend();
  await replayIs(page, "ended");
  for (const { text } of world.said) await chat(page).getByText(text).waitFor();
  expect(faults).toEqual([]);
}, 120_000);

test("on a phone of 360 px nothing is cut off, and player, timeline and chat are in sight", async () => {
  const options = { viewport: { width: 360, height: 740 }, isMobile: true, hasTouch: true };
  const { page, faults } = await world.browser.person(options);
  for (const path of ["/", `/rooms/${world.room}`, `/rooms/${world.room}/replays`]) {
    await page.goto(`${world.stack.webUrl}${path}`);
    await page.getByRole("main").getByRole("link").first().waitFor();
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(360);
  }
  await page.goto(world.address);
  await standStill(page, () => page.getByTestId("stage-press").tap());
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(360);
  const bar = await page.getByRole("region", { name: "Player" }).boundingBox();
  const log = await chat(page).boundingBox();
  expect(bar?.width).toBe(360);
  expect(log?.height ?? 0).toBeGreaterThan(150);
  expect((log?.y ?? 0) + (log?.height ?? 0)).toBeLessThanOrEqual(740);
  const button = await page.getByRole("button", { name: "Full screen" }).boundingBox();
  expect((button?.x ?? 999) + (button?.width ?? 0)).toBeLessThanOrEqual(360);
  expect(faults).toEqual([]);
}, 60_000);

describe.each(["dark", "light"] as const)("in the %s theme axe finds nothing", (theme) => {
  test("on the replay, the room's past sessions and the home page", async () => {
    const { page } = await world.browser.person({ bypassCSP: true, reducedMotion: "reduce" });
    await page.addInitScript(
      (chosen) => localStorage.setItem("barrage.theme", JSON.stringify(chosen)),
      theme,
    );
    for (const address of [
      `${world.address}?t=5`,
      `${world.stack.webUrl}/rooms/${world.room}/replays`,
      world.stack.webUrl,
    ]) {
      await page.goto(address);
      await page.locator("main h1").first().waitFor();
      await loaded(page);
      expect({ address, found: await violations(page) }).toEqual({ address, found: [] });
    }
    await page.context().close();
  }, 60_000);
});

test("a private room's replay opens for its password alone", async () => {
  await world.asHost("PATCH", `/rooms/${world.room}`, { visibility: "private", password: "swordfish" });
  const { page, faults } = await world.browser.person();
  await page.goto(world.address);
  await page.getByRole("heading", { name: "This room is private" }).waitFor();
  expect(await page.getByText("Seen again").count()).toBe(0);
  await page.getByLabel("Password").fill("swordfish");
  await page.getByRole("button", { name: "Enter" }).click();
  await replayIs(page, "playing");
  await chat(page).getByText("the first words").waitFor();
  await page.goto(world.stack.webUrl);
  await page.getByRole("heading", { level: 1, name: "Live rooms" }).waitFor();
  await loaded(page);
  expect(await page.getByText("Seen again").count()).toBe(0);
  expect(faults).toEqual([]);
}, 60_000);
