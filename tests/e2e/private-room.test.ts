import { afterAll, beforeAll, expect, test } from "bun:test";
import { chatBecomes, createRoom, enterRoom, goLive, isConnected, loaded, register, say } from "./actions.ts";
import { type AppStack, startAppStack } from "./app-stack.ts";
import { openLottery } from "./lottery-actions.ts";
import { openBrowser, type TestBrowser } from "./open-browser.ts";

let stack: AppStack;
let browser: TestBrowser;
beforeAll(async () => {
  stack = await startAppStack();
  browser = await openBrowser();
}, 120_000);
afterAll(async () => {
  await browser?.[Symbol.asyncDispose]();
  await stack?.[Symbol.asyncDispose]();
});

test("a private room opens for the right password alone, and reconnects with a new ticket", async () => {
  const { webUrl, network } = stack;
  const [host, guest] = [await browser.person(), await browser.person()];
  await register(host.page, webUrl, "secret_host");
  const room = await createRoom(host.page, webUrl, { title: "Speakeasy", password: "swordfish" });
  await goLive(host.page);
  await enterRoom(host.page, webUrl, room);

  await guest.page.goto(`${webUrl}/rooms/${room}`);
  await guest.page.getByRole("heading", { name: "This room is private" }).waitFor();
  expect(await guest.page.getByText("Speakeasy").count()).toBe(0);
  await guest.page.getByLabel("Password").fill("guess");
  await guest.page.getByRole("button", { name: "Enter" }).click();
  await guest.page.getByText("That is not this room's password.").waitFor();
  await guest.page.getByLabel("Password").fill("swordfish");
  await guest.page.getByRole("button", { name: "Enter" }).click();
  await isConnected(guest.page);
  await say(host.page, "you found us");
  await chatBecomes(guest.page, ["you found us"]);

  // A ticket works once: the way back needs another.
  network.cut();
  await guest.page.locator("[data-testid=connection][data-phase=resuming]").waitFor();
  await say(host.page, "lights out");
  network.mend();
  await isConnected(guest.page);
  await chatBecomes(guest.page, ["you found us", "lights out"]);
  expect([...host.faults, ...guest.faults]).toEqual([]);
}, 120_000);

test("a private room's lotteries open for its password, to somebody without an account too", async () => {
  const { webUrl } = stack;
  const { page: host } = await browser.person();
  await register(host, webUrl, "raffle_host");
  const room = await createRoom(host, webUrl, { title: "Back room", password: "swordfish" });
  await goLive(host);
  const prizes = [{ name: "Sticker", count: 1 }];
  await openLottery(host, webUrl, { room, title: "Quiet raffle", prizes, closesInSeconds: null });
  const lottery = await host.locator("[data-lottery]").getAttribute("data-lottery");
  const { page, faults } = await browser.person();
  for (const path of [`/lotteries/${lottery}`, `/rooms/${room}/lotteries`]) {
    await page.goto(`${webUrl}${path}`);
    await page.getByRole("heading", { name: "This room is private" }).waitFor();
    expect(await page.getByText("Quiet raffle").count()).toBe(0);
    await page.getByLabel("Password").fill("guess");
    await page.getByRole("button", { name: "Enter" }).click();
    await page.getByText("That is not this room's password.").waitFor();
    await page.getByLabel("Password").fill("swordfish");
    await page.getByRole("button", { name: "Enter" }).click();
    await page.getByText("Quiet raffle").first().waitFor();
    await loaded(page);
    expect(await page.getByText("That did not work").count()).toBe(0);
  }
  await page.goto(`${webUrl}/lotteries/nosuchlottery00`);
  await page.getByText("There is no such lottery").waitFor();
  expect(faults).toEqual([]);
}, 120_000);

test("a private room is not on the home page", async () => {
  const visitor = await browser.person();
  await visitor.page.goto(stack.webUrl);
  await visitor.page.getByRole("heading", { level: 1, name: "Live rooms" }).waitFor();
  await visitor.page.getByText("Nobody has opened a room yet").waitFor();
  expect(await visitor.page.getByText("Speakeasy").count()).toBe(0);
}, 60_000);
