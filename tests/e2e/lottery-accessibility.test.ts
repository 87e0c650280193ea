import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import type { BrowserContextOptions, Page } from "playwright-core";
import { createRoom, enterRoom, goLive, register } from "./actions.ts";
import { type AppStack, startAppStack } from "./app-stack.ts";
import { violations } from "./axe-violations.ts";
import { lotteries, openLottery } from "./lottery-actions.ts";
import { openBrowser, type TestBrowser } from "./open-browser.ts";

let stack: AppStack;
let browser: TestBrowser;
let host: Page;
let room: string;
let drawn: string;
beforeAll(async () => {
  stack = await startAppStack();
  browser = await openBrowser();
  host = await person("dark");
  await register(host, stack.webUrl, "fair_host");
  room = await createRoom(host, stack.webUrl, { title: "Fair" });
  await goLive(host);
  drawn = await drawOne();
  await openLottery(host, stack.webUrl, {
    room,
    title: "For followers",
    prizes: [
      { name: "A signed mug", count: 1 },
      { name: "Stickers with a picture of the studio at night", count: 30 },
      { name: "A place in the front row", count: 2 },
    ],
    closesInSeconds: 3_000,
    followHost: true,
  });
}, 180_000);
afterAll(async () => {
  await browser?.[Symbol.asyncDispose]();
  await stack?.[Symbol.asyncDispose]();
}, 60_000);

/** With less motion, so that nothing is measured half-way in. */
async function person(theme: "dark" | "light", options: BrowserContextOptions = {}): Promise<Page> {
  const { page } = await browser.person({ bypassCSP: true, reducedMotion: "reduce", ...options });
  await page.addInitScript((chosen) => localStorage.setItem("barrage.theme", JSON.stringify(chosen)), theme);
  return page;
}

/** A lottery that one viewer entered, by the keyboard alone, and that is drawn. @returns its page's path */
async function drawOne(): Promise<string> {
  const viewer = await person("light");
  await register(viewer, stack.webUrl, "keys_viewer");
  await enterRoom(viewer, stack.webUrl, room);
  await openLottery(host, stack.webUrl, {
    room,
    title: "By key",
    prizes: [{ name: "A key ring", count: 1 }],
    closesInSeconds: null,
  });
  const enter = lotteries(viewer).getByRole("button", { name: "Enter the lottery By key" });
  await enter.waitFor();
  for (let presses = 0; presses < 40; presses++) {
    if (await enter.evaluate((button) => button === document.activeElement)) break;
    await viewer.keyboard.press("Tab");
  }
  await viewer.keyboard.press("Enter");
  await viewer.getByText("You're in", { exact: true }).waitFor();
  await host.getByRole("button", { name: "Close now" }).click();
  await host.getByRole("button", { name: "Close and draw" }).click();
  await viewer.getByText("You won!").first().waitFor();
  const href = await viewer.getByRole("link", { name: /check the draw/ }).getAttribute("href");
  await viewer.context().close();
  return href ?? "";
}

describe.each(["dark", "light"] as const)("in the %s theme axe finds nothing", (theme) => {
  test("in a room with an open lottery, wide and on a phone", async () => {
    const wide = await person(theme);
    await register(wide, stack.webUrl, `fair_${theme}`);
    await enterRoom(wide, stack.webUrl, room);
    await lotteries(wide).locator("[data-standing=lacking]").waitFor();
    expect(await violations(wide)).toEqual([]);

    const phone = await person(theme, { viewport: { width: 390, height: 780 }, hasTouch: true });
    await enterRoom(phone, stack.webUrl, room);
    await lotteries(phone)
      .getByRole("button", { name: /For followers/ })
      .click();
    await phone.getByRole("dialog").getByRole("list", { name: "Prizes" }).waitFor();
    expect(await violations(phone)).toEqual([]);
    const sideways = await phone.evaluate(() => document.documentElement.scrollWidth > innerWidth);
    expect(sideways).toBe(false);
  }, 90_000);

  test("on a drawn lottery's page, checked, and on the page that checks files, red", async () => {
    const page = await person(theme, { viewport: { width: 390, height: 780 } });
    await page.goto(`${stack.webUrl}${drawn}`);
    await page.getByRole("button", { name: "Check now" }).click();
    await page.locator("[data-testid=verification] [data-ok=true]").first().waitFor();
    await page.getByText("Details").first().click();
    expect(await violations(page)).toEqual([]);
    expect(await page.evaluate(() => document.documentElement.scrollWidth > innerWidth)).toBe(false);
    await page.goto(`${stack.webUrl}/rooms/${room}/lotteries`);
    await page.getByRole("link", { name: /For followers/ }).waitFor();
    expect(await violations(page)).toEqual([]);
    expect(await page.evaluate(() => document.documentElement.scrollWidth > innerWidth)).toBe(false);
    await page.goto(`${stack.webUrl}/verify`);
    const file = { name: "record.json", mimeType: "application/json", buffer: Buffer.from("{}") };
    await page.getByLabel("Record and proof").setInputFiles([file]);
    await page.getByText("This does not hold.").waitFor();
    expect(await violations(page)).toEqual([]);
  }, 90_000);

  test("in every step of the wizard, with its complaints", async () => {
    await host.addInitScript(
      (chosen) => localStorage.setItem("barrage.theme", JSON.stringify(chosen)),
      theme,
    );
    await host.goto(`${stack.webUrl}/studio/${room}?tab=lotteries`);
    await host.getByRole("list", { name: "Running lotteries" }).waitFor();
    expect(await violations(host)).toEqual([]);
    await host.getByRole("button", { name: "New lottery" }).click();
    const dialog = host.getByRole("dialog");
    const next = dialog.getByRole("button", { name: "Next" });
    await next.click();
    await dialog.getByText("The title is empty.").waitFor();
    expect(await violations(host)).toEqual([]);
    await dialog.getByLabel("Title").fill("Looked at");
    await dialog.getByLabel("Prize 1", { exact: true }).fill("A look");
    await next.click();
    await dialog.getByLabel("Time until it closes", { exact: true }).fill("-1");
    await next.click();
    await dialog.getByText(/^It closes 10 seconds to 24 hours/).waitFor();
    expect(await violations(host)).toEqual([]);
    await dialog.getByLabel("Time until it closes", { exact: true }).fill("5");
    await next.click();
    await dialog.getByRole("region", { name: "Preview" }).waitFor();
    expect(await violations(host)).toEqual([]);
  }, 90_000);
});
