import { afterAll, beforeAll, expect, test } from "bun:test";
import { join } from "node:path";
import { createTempDir, waitFor } from "@barrage/testkit";
import type { Page } from "playwright-core";
import { createRoom, enterRoom, goLive, messageBox, messages, password, register, say } from "./actions.ts";
import { type AppStack, startAppStack } from "./app-stack.ts";
import { openBrowser, patienceMs, type TestBrowser } from "./open-browser.ts";
import { watchDanmaku } from "./watch-danmaku.ts";

let stack: AppStack;
let browser: TestBrowser;
let host: Page;
let room: string;
beforeAll(async () => {
  stack = await startAppStack();
  browser = await openBrowser();
  host = (await browser.person()).page;
  await register(host, stack.webUrl, "some_host");
  room = await createRoom(host, stack.webUrl, { title: "A room for all hands" });
  await goLive(host);
  await enterRoom(host, stack.webUrl, room);
}, 180_000);
afterAll(async () => {
  await browser?.[Symbol.asyncDispose]();
  await stack?.[Symbol.asyncDispose]();
});

/** Presses Tab until what has the focus is called `name`. */
async function tabTo(page: Page, name: RegExp): Promise<void> {
  for (let presses = 0; presses < 40; presses++) {
    await page.keyboard.press("Tab");
    const focused = await page.evaluate(() => {
      const element = document.activeElement;
      const label = element?.id ? document.querySelector(`label[for="${element.id}"]`)?.textContent : "";
      return `${element?.getAttribute("aria-label") ?? ""} ${label ?? ""} ${element?.textContent ?? ""}`;
    });
    if (name.test(focused)) return;
  }
  throw new Error(`nothing called ${name} was reached with Tab`);
}

test("with the keyboard alone: sign up, find the room, write, switch danmaku, delete", async () => {
  const { page, faults } = await browser.person();
  const { keyboard } = page;
  await page.goto(`${stack.webUrl}/register`);
  await page.getByRole("heading", { name: "Create your account" }).waitFor();
  await tabTo(page, /Name/);
  await keyboard.type("keys_only");
  await tabTo(page, /Password/);
  await keyboard.type(password);
  await keyboard.press("Enter");
  await page.getByRole("link", { name: /A room for all hands/ }).waitFor();
  await tabTo(page, /A room for all hands/);
  await keyboard.press("Enter");
  await page.locator("[data-testid=connection][data-phase=live]").waitFor();
  await messageBox(page).waitFor();

  await keyboard.press("/");
  await keyboard.type("typed without a mouse");
  await keyboard.press("Enter");
  await messages(host).filter({ hasText: "typed without a mouse" }).waitFor();
  await keyboard.press("Escape");

  const toggle = page.getByRole("button", { name: "Danmaku over the picture" });
  expect(await toggle.getAttribute("aria-pressed")).toBe("true");
  await keyboard.press("d");
  await page.locator("[data-testid=danmaku]").waitFor({ state: "detached" });
  expect(await toggle.getAttribute("aria-pressed")).toBe("false");

  await keyboard.press("?");
  await page.getByRole("dialog", { name: "Keyboard shortcuts" }).waitFor();
  await keyboard.press("Escape");
  await page.getByRole("dialog").waitFor({ state: "detached" });

  await page.getByRole("log").focus();
  await tabTo(page, /Actions on the message of keys_only/);
  await keyboard.press("Enter");
  await page.getByRole("menuitem", { name: "Delete message" }).waitFor();
  await page.locator("[role=menuitem]:focus").filter({ hasText: "Copy text" }).waitFor();
  await keyboard.press("ArrowDown");
  await page.locator("[role=menuitem]:focus").filter({ hasText: "Delete message" }).waitFor();
  await keyboard.press("Enter");
  await page.getByText("A message was deleted.").waitFor();
  expect(faults).toEqual([]);
}, 120_000);

test("on a phone of 360 px: nothing is cut off, stage, chat and box are in sight, and a message goes out", async () => {
  const { page, faults } = await browser.person({
    viewport: { width: 360, height: 740 },
    isMobile: true,
    hasTouch: true,
    deviceScaleFactor: 2,
  });
  await register(page, stack.webUrl, "thumbs_only");
  for (const path of ["/", "/studio", "/account", `/rooms/${room}`]) {
    await page.goto(`${stack.webUrl}${path}`);
    await page.locator("main").waitFor();
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(360);
  }
  await page.locator("[data-testid=connection][data-phase=live]").waitFor();
  await messageBox(page).waitFor();
  const boxes = await Promise.all(
    [page.getByLabel("Stage"), page.getByRole("log"), messageBox(page)].map((part) => part.boundingBox()),
  );
  const [stage, log, box] = boxes;
  expect(stage?.width).toBe(360);
  expect(log?.height ?? 0).toBeGreaterThan(120);
  expect((box?.y ?? 0) + (box?.height ?? 0)).toBeLessThanOrEqual(740);
  await messageBox(page).tap();
  await say(page, "sent by thumb");
  await messages(host).filter({ hasText: "sent by thumb" }).waitFor();
  expect(faults).toEqual([]);
}, 120_000);

/** Fifteen danmaku a second from as many people, for some seconds. */
async function rush(): Promise<void> {
  using temp = createTempDir("rush");
  const [api, realtime] = stack.apps.map(({ url }) => url);
  const where = ["--room", room, "--api", api ?? "", "--realtime", realtime ?? ""];
  const size = ["--viewers", "1", "--senders", "15", "--rate", "15", "--seconds", "6", "--seed", "15"];
  const accounts = ["--accounts", join(temp.path, "accounts.json")];
  const crowd = Bun.spawn([process.execPath, "bench/src/crowd.ts", ...where, ...size, ...accounts], {
    cwd: join(import.meta.dir, "..", ".."),
    stdout: "ignore",
  });
  expect(await crowd.exited).toBe(0);
}

test("in a rush on a phone every row is used and no danmaku covers another, nor when the keyboard comes and goes", async () => {
  const phone = { width: 390, height: 844 };
  const { page, faults } = await browser.person({ viewport: phone, deviceScaleFactor: 2 });
  const seen = await watchDanmaku(page);
  await enterRoom(page, stack.webUrl, room);
  const rushing = rush();
  await waitFor(async () => (await seen()).rows >= 5, {
    deadlineMs: patienceMs,
    what: "text in every row of a phone",
  });
  // A keyboard that leaves the chat no room at all, and the picture two rows.
  for (let times = 0; times < 3; times++) {
    await page.setViewportSize({ ...phone, height: 300 });
    await page.waitForFunction(() => document.querySelector("[role=log]")?.clientHeight === 0);
    await page.setViewportSize(phone);
    await page.waitForFunction(() => (document.querySelector("[role=log]")?.clientHeight ?? 0) > 0);
  }
  await rushing;
  const { most, covering, errors } = await seen();
  expect(most).toBeGreaterThan(5);
  expect({ covering, errors, faults }).toEqual({ covering: [], errors: [], faults: [] });
}, 60_000);

test("with reduced motion nothing flies unless it is asked for", async () => {
  const { page } = await browser.person({ reducedMotion: "reduce" });
  await enterRoom(page, stack.webUrl, room);
  const toggle = page.getByRole("button", { name: "Danmaku over the picture" });
  expect(await toggle.getAttribute("aria-pressed")).toBe("false");
  expect(await page.locator("[data-testid=danmaku]").count()).toBe(0);
  await toggle.click();
  await page.locator("[data-testid=danmaku] canvas").waitFor();
}, 60_000);

test("whoever reads further up is left alone, and led back to the newest", async () => {
  const { page } = await browser.person({ viewport: { width: 1280, height: 420 } });
  for (let index = 1; index <= 12; index++) await say(host, `line ${index}`);
  await enterRoom(page, stack.webUrl, room);
  const log = page.getByRole("log");
  await messages(page).filter({ hasText: "line 12" }).waitFor();
  await log.hover();
  // The wheel scrolls smoothly: the list is somewhere only once that has ended.
  await log.evaluate((element) =>
    element.addEventListener("scrollend", () => element.setAttribute("data-settled", "")),
  );
  await page.mouse.wheel(0, -400);
  await page.getByRole("button", { name: "Newest messages" }).waitFor();
  await page.locator("[data-settled]").waitFor();
  const topBefore = await log.evaluate((element) => element.scrollTop);
  await say(host, "news from below");
  await page.getByRole("button", { name: "1 new message" }).waitFor();
  expect(await log.evaluate((element) => element.scrollTop)).toBe(topBefore);
  await page.getByRole("button", { name: "1 new message" }).click();
  await messages(page).filter({ hasText: "news from below" }).waitFor();
  await waitFor(
    () => log.evaluate((element) => element.scrollHeight - element.clientHeight - element.scrollTop < 2),
    { deadlineMs: patienceMs, what: "the end of the chat" },
  );
}, 120_000);

test("whoever reads further up and says something is led to it", async () => {
  await host.setViewportSize({ width: 1280, height: 420 });
  await host.getByRole("log").hover();
  await host.mouse.wheel(0, -400);
  await host.getByRole("button", { name: "Newest messages" }).waitFor();
  await say(host, "my word from above");
  expect(await host.getByRole("button", { name: /[Nn]ew(est)? message/ }).count()).toBe(0);
}, 60_000);
