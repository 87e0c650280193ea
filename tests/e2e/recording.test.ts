import { afterAll, beforeAll, expect, test } from "bun:test";
import type { Page } from "playwright-core";
import { createRoom, goLive, register } from "./actions.ts";
import { type AppStack, startAppStack } from "./app-stack.ts";
import { openBrowser, type TestBrowser } from "./open-browser.ts";

let stack: AppStack;
let browser: TestBrowser;
beforeAll(async () => {
  stack = await startAppStack();
  browser = await openBrowser({ fakeCamera: true });
}, 120_000);
afterAll(async () => {
  await browser?.[Symbol.asyncDispose]();
  await stack?.[Symbol.asyncDispose]();
});

const recorderIn = (page: Page, phase: string) => page.locator(`[data-testid=recorder][data-phase=${phase}]`);
const recordings = (page: Page, state: string) =>
  page.locator(`[data-testid=recording][data-state=${state}]`);
/** Upload, check and writing anew, with a machine's load on top. */
const settlingMs = 60_000;

async function recordSeconds(page: Page, seconds: number): Promise<void> {
  await page.getByRole("button", { name: "Start recording" }).click();
  await recorderIn(page, "recording").waitFor();
  // The picture itself tells how long it has run.
  await page.waitForFunction(
    (until) =>
      (document.querySelector<HTMLVideoElement>("[data-testid=recorder] video")?.currentTime ?? 0) > until,
    seconds,
  );
}

async function endSession(page: Page): Promise<void> {
  await page.getByRole("button", { name: "End the session" }).click();
  await page.getByRole("button", { name: "End it" }).click();
}

/** Plays the newest recording, seeks in it, and tells its length in seconds. */
async function playAndSeek(page: Page, toSeconds: number): Promise<number> {
  await page.getByRole("button", { name: "Play" }).last().click();
  const video = page.getByRole("dialog").locator("video");
  await video.waitFor();
  await page.waitForFunction(() => {
    const playing = document.querySelector<HTMLVideoElement>("[role=dialog] video");
    return playing !== null && playing.readyState >= 2 && playing.duration > 0;
  });
  const duration = await video.evaluate(async (element, to) => {
    if (!(element instanceof HTMLVideoElement)) throw new Error("not a video");
    element.pause();
    const { promise, resolve } = Promise.withResolvers<void>();
    element.addEventListener("seeked", () => resolve(), { once: true });
    element.currentTime = to;
    await promise;
    if (Math.abs(element.currentTime - to) > 0.1) throw new Error(`sought to ${element.currentTime}`);
    return element.duration;
  }, toSeconds);
  await page.keyboard.press("Escape");
  return duration;
}

test("a host records the camera while live; after the end the recording plays and can be sought in, and so does a file, also after a reload", async () => {
  const host = await browser.person();
  const { page } = host;
  await register(page, stack.webUrl, "recording_host");
  await createRoom(page, stack.webUrl, { title: "Recorded" });
  await goLive(page);
  await recordSeconds(page, 4);
  await endSession(page);
  await recordings(page, "ready").waitFor({ timeout: settlingMs });
  const seconds = await playAndSeek(page, 3);
  expect(seconds).toBeGreaterThan(3.5);
  expect(Number.isFinite(seconds)).toBe(true);

  // The same bytes as a file that another program wrote, and one that only says that it is a video.
  await page.getByRole("button", { name: "Play" }).click();
  const url = (await page.getByRole("dialog").locator("video").getAttribute("src")) ?? "";
  await page.keyboard.press("Escape");
  const buffer = Buffer.from(await (await fetch(url)).arrayBuffer());
  await page.getByText("Upload a file instead").click();
  await page.getByLabel("Seconds after going live").fill("2");
  const chooser = page.getByLabel("Choose a video", { exact: true });
  await chooser.setInputFiles({ name: "obs.webm", mimeType: "video/webm", buffer });
  await recordings(page, "ready").nth(1).waitFor({ timeout: settlingMs });
  await recordings(page, "ready").filter({ hasText: "From 0:02" }).waitFor();
  await chooser.setInputFiles({ name: "fake.webm", mimeType: "video/webm", buffer: Buffer.from("no video") });
  const failed = recordings(page, "failed");
  await failed.waitFor({ timeout: settlingMs });
  expect(await failed.innerText()).toContain("Not a video of the type");
  await failed.getByRole("button", { name: "Delete the recording" }).click();
  await page.getByRole("button", { name: "Delete it" }).click();
  await failed.waitFor({ state: "detached" });

  // An upload that another page has left behind goes on with the same file, and with no other.
  stack.storage.cut();
  await chooser.setInputFiles({ name: "obs.webm", mimeType: "video/webm", buffer });
  await page.getByText("it does not get through at the moment").waitFor();
  await page.reload();
  stack.storage.mend();
  const goOn = page.getByLabel("Go on", { exact: true });
  await goOn.setInputFiles({ name: "obs.webm", mimeType: "video/webm", buffer: buffer.subarray(1) });
  await page.getByText("This is another file").waitFor();
  await goOn.setInputFiles({ name: "obs.webm", mimeType: "video/webm", buffer });
  await recordings(page, "ready").nth(2).waitFor({ timeout: settlingMs });
  expect(host.faults).toEqual([]);
}, 180_000);

test("what is recorded while the object store is away is uploaded when it is back", async () => {
  const host = await browser.person();
  const { page } = host;
  await register(page, stack.webUrl, "unlucky_host");
  await createRoom(page, stack.webUrl, { title: "Bad line" });
  await goLive(page);
  await recordSeconds(page, 1);
  stack.storage.cut();
  await page.getByRole("button", { name: "Stop recording" }).click();
  await page.getByText("The upload does not get through at the moment").waitFor();
  stack.storage.mend();
  await recordings(page, "ready").waitFor({ timeout: settlingMs });
  expect(await playAndSeek(page, 0.5)).toBeGreaterThan(0.9);
  expect(host.faults).toEqual([]);
}, 120_000);

test("without leave for the camera the host is told what to do, and goes on", async () => {
  await using plain = await openBrowser();
  const { page } = await plain.person();
  await register(page, stack.webUrl, "shy_host");
  await createRoom(page, stack.webUrl, { title: "Shy" });
  await goLive(page);
  await page.getByRole("button", { name: "Start recording" }).click();
  // No camera at all, or one that nobody allows: either is said, in words that help.
  await page
    .getByRole("alert")
    .filter({ hasText: /camera/ })
    .waitFor();
  await page.getByRole("button", { name: "Start recording" }).waitFor();
}, 90_000);
