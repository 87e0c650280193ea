import { afterAll, beforeAll, expect, test } from "bun:test";
import { waitFor } from "@barrage/testkit";
import type { Page } from "playwright-core";
import { z } from "zod";
import { patienceMs } from "./open-browser.ts";
import { createReplayWorld, glance, type ReplayWorld, standStill } from "./replay-world.ts";

const offsetMs = 1_000;

let world: ReplayWorld;
beforeAll(async () => {
  world = await createReplayWorld("Seen in the picture");
  await upload(await record(world));
}, 240_000);
afterAll(() => world?.[Symbol.asyncDispose]());

/** Some seconds of a picture that moves, as a browser's recorder makes them. */
async function record({ browser }: ReplayWorld): Promise<Uint8Array<ArrayBuffer>> {
  const { page } = await browser.person();
  const text = await page.evaluate(async () => {
    const canvas = document.createElement("canvas");
    const context = canvas.getContext("2d");
    let frame = 0;
    const timer = setInterval(() => {
      if (context === null) return;
      context.fillStyle = `hsl(${(frame += 9)} 60% 40%)`;
      context.fillRect(0, 0, canvas.width, canvas.height);
    }, 100);
    const recorder = new MediaRecorder(canvas.captureStream(10), { mimeType: "video/webm;codecs=vp8" });
    const chunks: Blob[] = [];
    recorder.addEventListener("dataavailable", ({ data }) => chunks.push(data));
    const stopped = new Promise((resolve) => recorder.addEventListener("stop", resolve));
    recorder.start();
    setTimeout(() => recorder.stop(), 7_000);
    await stopped;
    clearInterval(timer);
    const bytes = new Uint8Array(await new Blob(chunks).arrayBuffer());
    return bytes.toBase64();
  });
  await page.context().close();
  return new Uint8Array(Buffer.from(text, "base64"));
}

async function upload(bytes: Uint8Array<ArrayBuffer>): Promise<void> {
  const { asHost, room, session } = world;
  const file = { session, contentType: "video/webm", bytes: bytes.length, offsetMs };
  const started = await asHost("POST", `/rooms/${room}/recordings`, file);
  const { recording } = z.object({ recording: z.object({ id: z.string() }) }).parse(started);
  const { id } = recording;
  const parts = [{ number: 1, bytes: bytes.length }];
  const urls = await asHost("POST", `/recordings/${id}/part-urls`, { parts });
  const [part] = z.object({ urls: z.array(z.object({ url: z.string() })) }).parse(urls).urls;
  const sent = await fetch(part?.url ?? "", { method: "PUT", body: bytes });
  expect(sent.status).toBe(200);
  await asHost("POST", `/recordings/${id}/complete`, { parts: 1, bytes: bytes.length });
  await waitFor(
    async () =>
      z.object({ state: z.string() }).parse(await asHost("GET", `/recordings/${id}`)).state === "ready",
    { deadlineMs: 2 * patienceMs, what: "the recording to be ready" },
  );
}

/** Where the picture is, in milliseconds of the session; null while there is none to be seen. */
function pictureMs(page: Page): Promise<number | null> {
  return page.evaluate((offset) => {
    const video = document.querySelector("video");
    return video === null || video.readyState < 2 ? null : video.currentTime * 1000 + offset;
  }, offsetMs);
}

test("the picture of a recording plays with its danmaku, stands with them, and goes where the timeline goes", async () => {
  const { page, faults } = await world.browser.person();
  const [first, second, last] = world.said;
  const { keyboard } = page;
  const log = page.getByRole("log");
  await page.goto(`${world.address}?t=2`);
  await waitFor(async () => ((await pictureMs(page)) ?? 0) > 2_500, {
    deadlineMs: 2 * patienceMs,
    what: "the picture to play",
  });
  await standStill(page, () => keyboard.press("k"));
  // Before the recording there is no picture, and in it there is one.
  await keyboard.press("Home");
  await page.getByTestId("picture").waitFor({ state: "detached" });
  await keyboard.press("ArrowRight");
  await waitFor(async () => Math.abs(((await pictureMs(page)) ?? 0) - 5_000) < 300, {
    deadlineMs: 2 * patienceMs,
    what: "the picture to be at the fifth second",
  });
  for (const { text } of [first, second]) await log.getByText(text).waitFor();
  expect(await log.getByText(last.text).count()).toBe(0);
  expect(await page.evaluate(() => document.querySelector("video")?.paused)).toBe(true);

  await page.getByRole("button", { name: "Play", exact: true }).click();
  await waitFor(async () => ((await pictureMs(page)) ?? 0) > 5_500, {
    deadlineMs: 2 * patienceMs,
    what: "the picture to go on",
  });
  const { positionMs } = await glance(page);
  expect(positionMs).toBeGreaterThanOrEqual(5_000);
  await page.getByRole("button", { name: /^Sound (on|off)$/ }).waitFor();
  await log.getByText(last.text).waitFor();
  expect(faults).toEqual([]);
}, 120_000);
