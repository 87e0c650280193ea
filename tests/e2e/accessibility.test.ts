import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import type { Page } from "playwright-core";
import { createRoom, enterRoom, goLive, loaded, register, say } from "./actions.ts";
import { type AppStack, startAppStack } from "./app-stack.ts";
import { violations } from "./axe-violations.ts";
import { openBrowser, type TestBrowser } from "./open-browser.ts";

let stack: AppStack;
let browser: TestBrowser;
let room: string;
const users: Partial<Record<"dark" | "light", Page>> = {};
beforeAll(async () => {
  stack = await startAppStack();
  browser = await openBrowser();
  const { page } = await browser.person();
  await register(page, stack.webUrl, "axe_host");
  room = await createRoom(page, stack.webUrl, { title: "Measured" });
  await goLive(page);
  await enterRoom(page, stack.webUrl, room);
  await say(page, "can you read this?");
  for (const theme of ["dark", "light"] as const) users[theme] = await personWith(theme, "axe_");
}, 180_000);
afterAll(async () => {
  await browser?.[Symbol.asyncDispose]();
  await stack?.[Symbol.asyncDispose]();
});

/** axe is put into the page past the page's own policy, which rightly refuses scripts from elsewhere. */
async function personWith(theme: "dark" | "light", namePrefix?: string): Promise<Page> {
  const { page } = await browser.person({ bypassCSP: true, reducedMotion: "reduce" });
  await page.addInitScript((chosen) => localStorage.setItem("barrage.theme", JSON.stringify(chosen)), theme);
  if (namePrefix !== undefined) {
    await register(page, stack.webUrl, `${namePrefix}${theme}`);
    await createRoom(page, stack.webUrl, { title: `Room of ${theme}` });
  }
  return page;
}

describe.each(["dark", "light"] as const)("in the %s theme axe finds nothing", (theme) => {
  test.each(["/", "/login", "/register", "/no/such/page"])(
    "on %s, to a visitor",
    async (path) => {
      const page = await personWith(theme);
      await page.goto(`${stack.webUrl}${path}`);
      await page.locator("main h1").first().waitFor();
      await loaded(page);
      expect(await violations(page)).toEqual([]);
      await page.context().close();
    },
    60_000,
  );

  test("in a live room, to a visitor and to a user", async () => {
    const visitor = await personWith(theme);
    for (const page of [visitor, users[theme]]) {
      if (page === undefined) throw new Error("the user is missing");
      await enterRoom(page, stack.webUrl, room);
      await page.getByText("can you read this?").first().waitFor();
      expect(await violations(page)).toEqual([]);
    }
    await visitor.context().close();
  }, 60_000);

  test.each(["/studio", "/account"])(
    "on %s",
    async (path) => {
      const page = users[theme];
      if (page === undefined) throw new Error("the user is missing");
      await page.goto(`${stack.webUrl}${path}`);
      await page.locator("main h1").first().waitFor();
      await loaded(page);
      expect(await violations(page)).toEqual([]);
    },
    60_000,
  );

  test("in every part of the studio and in its dialog", async () => {
    const page = users[theme];
    if (page === undefined) throw new Error("the user is missing");
    await page.goto(`${stack.webUrl}/studio`);
    await page.getByRole("link", { name: /Room of/ }).click();
    for (const tab of ["Overview", "Settings", "Moderation", "Sessions"]) {
      await page.getByRole("tab", { name: tab }).click();
      await loaded(page);
      expect(await violations(page)).toEqual([]);
    }
    await page.goto(`${stack.webUrl}/studio`);
    await page.getByRole("button", { name: "New room" }).click();
    await page.getByRole("dialog").waitFor();
    expect(await violations(page)).toEqual([]);
  }, 60_000);
});
