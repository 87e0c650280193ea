import { afterAll, beforeAll, expect, test } from "bun:test";
import type { Locator, Page } from "playwright-core";
import { createRoom, enterRoom, goLive, register } from "./actions.ts";
import { type AppStack, startAppStack } from "./app-stack.ts";
import { openBrowser, type Person, patienceMs, type TestBrowser } from "./open-browser.ts";

let stack: AppStack;
let browser: TestBrowser;
let host: Person;
let room: string;
beforeAll(async () => {
  stack = await startAppStack();
  browser = await openBrowser();
  host = await browser.person();
  await register(host.page, stack.webUrl, "cover_host");
  room = await createRoom(host.page, stack.webUrl, { title: "A room with a view" });
  await goLive(host.page);
}, 180_000);
afterAll(async () => {
  await browser?.[Symbol.asyncDispose]();
  await stack?.[Symbol.asyncDispose]();
});

/** A PNG of one colour, made by the browser itself. */
async function png(page: Page, colour: string): Promise<Buffer> {
  const url = await page.evaluate((fill) => {
    const canvas = document.createElement("canvas");
    [canvas.width, canvas.height] = [1_280, 960];
    const context = canvas.getContext("2d");
    if (context === null) throw new Error("no canvas");
    context.fillStyle = fill;
    context.fillRect(0, 0, canvas.width, canvas.height);
    return canvas.toDataURL("image/png");
  }, colour);
  return Buffer.from(url.split(",")[1] ?? "", "base64");
}

const choose = (page: Page, name: string, buffer: Buffer) =>
  page.getByLabel("Cover picture").setInputFiles({ name, mimeType: "image/png", buffer });

/** Waits until the picture is there, not just its element. @returns its address */
async function loaded(image: Locator): Promise<string> {
  await image.waitFor({ timeout: patienceMs });
  await image.evaluate((element: HTMLImageElement) => element.decode());
  return image.evaluate((element: HTMLImageElement) => element.currentSrc);
}

test("a host gives the room a cover: live pages and the home page show it, a wrong file is refused in words, and it can be removed", async () => {
  const viewer = await browser.person();
  await enterRoom(viewer.page, stack.webUrl, room);
  expect(await viewer.page.getByTestId("cover").count()).toBe(0);

  const { page } = host;
  await page.goto(`${stack.webUrl}/studio/${room}?tab=settings`);
  await choose(page, "photo.png", Buffer.from("<!doctype html>".padEnd(200)));
  await page.getByText("not a JPEG, PNG, WebP or AVIF picture").waitFor();
  // Right by its first bytes: this one the worker finds out.
  const whole = await png(page, "#1e64c8");
  await choose(page, "broken.png", whole.subarray(0, whole.length / 2));
  await page.getByText("the file is damaged or not whole").waitFor();

  await choose(page, "photo.png", whole);
  const source = await loaded(page.getByTestId("cover"));
  expect(source).toMatch(new RegExp(`/covers/${room}/[0-9a-f]{32}-(320|640|1280)\\.webp$`));
  expect(await page.getByText("damaged or not whole").count()).toBe(0);
  // The page that was open all the time has it without a reload.
  await loaded(viewer.page.getByTestId("cover"));
  await viewer.page.goto(stack.webUrl);
  const card = viewer.page.getByRole("link", { name: /A room with a view/ });
  expect(await loaded(card.getByTestId("cover"))).toContain(`/covers/${room}/`);

  await page.getByRole("button", { name: "Remove" }).click();
  await page.getByRole("button", { name: "Remove it" }).click();
  await page.getByRole("button", { name: "Choose a picture" }).waitFor();
  await viewer.page.reload();
  await card.waitFor();
  expect(await card.getByTestId("cover").count()).toBe(0);
  expect([...host.faults, ...viewer.faults]).toEqual([]);
}, 120_000);
