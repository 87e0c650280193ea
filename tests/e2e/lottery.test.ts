import { afterAll, beforeAll, expect, test } from "bun:test";
import { waitFor } from "@barrage/testkit";
import type { Page } from "playwright-core";
import { createRoom, enterRoom, goLive, messages, register } from "./actions.ts";
import { type AppStack, startAppStack } from "./app-stack.ts";
import { enterLottery, lotteries, openLottery } from "./lottery-actions.ts";
import { openBrowser, patienceMs, type TestBrowser } from "./open-browser.ts";

let stack: AppStack;
let browser: TestBrowser;
beforeAll(async () => {
  stack = await startAppStack();
  browser = await openBrowser();
}, 180_000);
afterAll(async () => {
  await browser?.[Symbol.asyncDispose]();
  await stack?.[Symbol.asyncDispose]();
}, 60_000);

/** A host who is live, in the studio. */
async function liveHost(name: string, title: string) {
  const person = await browser.person();
  await register(person.page, stack.webUrl, name);
  const room = await createRoom(person.page, stack.webUrl, { title });
  await goLive(person.page);
  return { ...person, room };
}

async function viewer(name: string, room: string) {
  const person = await browser.person();
  await register(person.page, stack.webUrl, name);
  await enterRoom(person.page, stack.webUrl, room);
  return person;
}

const outcome = (page: Page) => page.getByTestId("own-outcome").innerText();

test("a host opens a lottery, two enter, all three see the result, and the draw checks out; a changed byte does not", async () => {
  const { webUrl } = stack;
  const host = await liveHost("lucky_host", "Giveaway");
  const { room } = host;
  const one = await viewer("lucky_one", room);
  const two = await viewer("lucky_two", room);
  await openLottery(host.page, webUrl, {
    room,
    title: "Friday draw",
    prizes: [{ name: "A signed mug", count: 1 }],
    closesInSeconds: null,
  });
  await enterLottery(one.page, "Friday draw");
  await enterLottery(two.page, "Friday draw");

  await enterRoom(host.page, webUrl, room);
  await waitFor(async () => (await host.page.getByTestId("entries").innerText()) === "2", {
    deadlineMs: patienceMs,
    what: "both entries on the host's page",
  });
  await host.page.getByRole("button", { name: "Close now" }).click();
  await host.page.getByRole("button", { name: "Close and draw" }).click();
  for (const { page } of [host, one, two]) {
    await lotteries(page).locator("[data-state=drawn]").waitFor();
    await page.getByRole("list", { name: "Winners of A signed mug" }).getByRole("listitem").waitFor();
  }
  const outcomes = [await outcome(one.page), await outcome(two.page)];
  expect(outcomes.filter((text) => text.includes("You won!"))).toHaveLength(1);
  expect(outcomes.filter((text) => text.includes("Not this time."))).toHaveLength(1);
  const winner = outcomes[0]?.includes("You won!") === true ? "lucky_one" : "lucky_two";
  for (const { page } of [host, one, two]) {
    expect(await page.getByRole("list", { name: "Winners of A signed mug" }).innerText()).toContain(winner);
  }

  const files = await checkOnItsPage(one.page);
  await checkFromFiles(one.page, files);
  expect([...host.faults, ...one.faults, ...two.faults]).toEqual([]);
}, 180_000);

/** Follows the link to the lottery's page, checks there, and downloads record and proof. */
async function checkOnItsPage(page: Page): Promise<{ readonly record: string; readonly proof: string }> {
  const href = await page.getByRole("link", { name: /check the draw/ }).getAttribute("href");
  await page.goto(`${stack.webUrl}${href}`);
  await page.getByRole("button", { name: "Check now" }).click();
  await page.locator("[data-testid=verification] [data-ok=true]").first().waitFor();
  const checks = await page
    .locator("[data-check]")
    .evaluateAll((rows) =>
      rows.map((row) => `${row.getAttribute("data-check")} ${row.getAttribute("data-ok")}`),
    );
  expect(checks).toContain("winners true");
  expect(checks).toContain("own-entry true");
  // This browser was in the room before the draw: it holds the record against what it saw itself.
  expect(checks).toContain("seen true");
  expect(checks.filter((check) => check.endsWith("false"))).toEqual([]);
  return { record: await download(page, "Record"), proof: await download(page, "My proof") };
}

async function download(page: Page, name: string): Promise<string> {
  const [file] = await Promise.all([
    page.waitForEvent("download"),
    page.getByRole("button", { name, exact: true }).click(),
  ]);
  return Bun.file(await file.path()).text();
}

/** Checks files with no network at all: as they are, and with one byte changed. */
async function checkFromFiles(
  page: Page,
  { record, proof }: { readonly record: string; readonly proof: string },
) {
  await page.goto(`${stack.webUrl}/verify`);
  const input = page.getByLabel("Record and proof");
  await input.waitFor({ state: "attached" });
  await page.context().setOffline(true);
  const give = async (texts: readonly string[]) => {
    const asFile = (text: string, index: number) => ({
      name: `file-${index}.json`,
      mimeType: "application/json",
      buffer: Buffer.from(text),
    });
    await input.setInputFiles(texts.map(asFile));
  };
  const verdict = (ok: boolean) => page.locator(`[data-testid=verification] > [data-ok=${ok}]`);
  await give([record, proof]);
  await verdict(true).waitFor();
  await page.getByText(/^The draw holds: all \d+ checks passed/).waitFor();

  const at = record.indexOf('"seed"') + 12;
  const changed = record.slice(0, at) + (record[at] === "0" ? "1" : "0") + record.slice(at + 1);
  expect(Buffer.from(changed).filter((byte, index) => byte !== Buffer.from(record)[index])).toHaveLength(1);
  await give([changed, proof]);
  await verdict(false).waitFor();
  await page.getByText(/^This does not hold/).waitFor();
  expect(await page.locator("[data-check=commit]").getAttribute("data-ok")).toBe("false");

  await give([record]);
  await verdict(true).waitFor();
  await page.context().setOffline(false);
}

test("what is lacking is told and can be made good; a phrase in the chat enters; a withdrawal takes it back", async () => {
  const { webUrl } = stack;
  const host = await liveHost("rules_host", "Rules");
  const { room } = host;
  const guest = await viewer("rules_guest", room);
  await openLottery(host.page, webUrl, {
    room,
    title: "For friends",
    prizes: [{ name: "A postcard", count: 3 }],
    closesInSeconds: null,
    followHost: true,
  });
  const dock = lotteries(guest.page);
  await dock.locator("[data-standing=lacking]").waitFor();
  await dock.getByRole("button", { name: /Enter the lottery For friends/ }).click();
  await guest.page
    .getByText(/Follow the host first/)
    .first()
    .waitFor();
  await dock.getByRole("button", { name: /^Follow/ }).click();
  await dock.locator("[data-standing=met]").waitFor();
  await enterLottery(guest.page, "For friends");
  await dock.getByRole("button", { name: "Withdraw" }).click();
  await dock.getByRole("button", { name: /Enter the lottery For friends/ }).waitFor();

  await openLottery(host.page, webUrl, {
    room,
    title: "Say it",
    prizes: [{ name: "A badge", count: 1 }],
    closesInSeconds: null,
    phrase: "count me in",
  });
  await dock.getByRole("button", { name: "Send “count me in”" }).click();
  await messages(guest.page).filter({ hasText: "count me in" }).waitFor();
  await dock.getByText("You're in", { exact: true }).waitFor();
  expect([...host.faults, ...guest.faults]).toEqual([]);
}, 180_000);

test("a cancelled lottery tells everybody why, and its record stays", async () => {
  const { webUrl } = stack;
  const host = await liveHost("sorry_host", "Sorry");
  const visitor = await browser.person();
  await enterRoom(visitor.page, webUrl, host.room);
  await openLottery(host.page, webUrl, {
    room: host.room,
    title: "Too good",
    prizes: [{ name: "The moon", count: 1 }],
    closesInSeconds: null,
  });
  await lotteries(visitor.page).getByRole("link", { name: "Log in to enter" }).waitFor();
  await host.page.getByRole("button", { name: "Cancel it" }).click();
  const dialog = host.page.getByRole("dialog");
  await dialog.getByRole("button", { name: "Cancel the lottery" }).click();
  await dialog.getByText("The reason is empty.").waitFor();
  await dialog.getByLabel("Why").fill("The moon is not mine to give.");
  await dialog.getByRole("button", { name: "Cancel the lottery" }).click();
  await visitor.page
    .getByText(/The moon is not mine to give/)
    .first()
    .waitFor();
  await lotteries(visitor.page).locator("[data-state=cancelled]").waitFor();

  await visitor.page.goto(`${webUrl}/rooms/${host.room}/lotteries`);
  await visitor.page.getByRole("link", { name: /Too good/ }).click();
  await visitor.page.getByRole("heading", { level: 1, name: "Too good" }).waitFor();
  await visitor.page.getByText("by sorry_host (host)").last().waitFor();
  expect([...host.faults, ...visitor.faults]).toEqual([]);
}, 180_000);

test("the time left is shown, read out at 10 seconds, and the draw comes by itself", async () => {
  const host = await liveHost("quick_host", "Quick");
  const guest = await viewer("quick_guest", host.room);
  await openLottery(host.page, stack.webUrl, {
    room: host.room,
    title: "Quick one",
    prizes: [{ name: "A wave", count: 2 }],
    closesInSeconds: 12,
  });
  await enterLottery(guest.page, "Quick one");
  await lotteries(guest.page).getByRole("timer").waitFor();
  const announcer = guest.page.getByTestId("lottery-announcer");
  await announcer.getByText("The lottery “Quick one” closes in 10 seconds.").waitFor();
  await announcer.getByText(/^You won A wave!/).waitFor();
  await guest.page.getByText("You won!").first().waitFor();
}, 120_000);
