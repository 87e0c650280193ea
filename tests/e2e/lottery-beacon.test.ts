import { afterAll, beforeAll, expect, test } from "bun:test";
import { startTestBeacon, type TestBeacon } from "@barrage/testkit";
import { createRoom, enterRoom, goLive, register } from "./actions.ts";
import { type AppStack, startAppStack } from "./app-stack.ts";
import { enterLottery, lotteries, openLottery } from "./lottery-actions.ts";
import { openBrowser, type TestBrowser } from "./open-browser.ts";

let beacon: TestBeacon;
let stack: AppStack;
let browser: TestBrowser;
beforeAll(async () => {
  beacon = startTestBeacon();
  stack = await startAppStack({
    DRAND_URL: beacon.url,
    DRAND_PUBLIC_KEY: beacon.chain.publicKey,
    DRAND_GENESIS_SECONDS: String(beacon.chain.genesisSeconds),
    DRAND_PERIOD_SECONDS: String(beacon.chain.periodSeconds),
  });
  browser = await openBrowser();
}, 180_000);
afterAll(async () => {
  await browser?.[Symbol.asyncDispose]();
  await stack?.[Symbol.asyncDispose]();
  await beacon?.[Symbol.asyncDispose]();
}, 60_000);

/** The lead before a round and the grace after it are some 13 s. */
const delayPatienceMs = 40_000;

test("a lottery with a public beacon says so, waits in plain words while the beacon is late, and its draw checks out in the browser", async () => {
  beacon.hold(true);
  const host = await browser.person();
  await register(host.page, stack.webUrl, "beacon_host");
  const room = await createRoom(host.page, stack.webUrl, { title: "Beacon" });
  await goLive(host.page);
  const guest = await browser.person({ viewport: { width: 390, height: 844 } });
  await register(guest.page, stack.webUrl, "beacon_guest");
  const watcher = await browser.person();
  await register(watcher.page, stack.webUrl, "beacon_watcher");
  await enterRoom(watcher.page, stack.webUrl, room);
  await openLottery(host.page, stack.webUrl, {
    room,
    title: "Under the beacon",
    prizes: [{ name: "A lamp", count: 1 }],
    closesInSeconds: null,
  });
  const dock = lotteries(watcher.page);
  await dock.locator("[data-trust=drand]").waitFor();
  await enterLottery(watcher.page, "Under the beacon");
  await enterRoom(host.page, stack.webUrl, room);
  await host.page.getByRole("button", { name: "Close now" }).click();
  await host.page.getByRole("button", { name: "Close and draw" }).click();

  await dock.locator("[data-state=delayed]").waitFor({ timeout: delayPatienceMs });
  await dock.getByText("The draw waits for the public beacon.").waitFor();
  await dock.getByText(/which is late\. It is made by itself as soon as the round is there/).waitFor();
  await guest.page.goto(`${stack.webUrl}/rooms/${room}/lotteries`);
  await guest.page.getByText("Waiting for the beacon").first().waitFor();

  beacon.hold(false);
  await dock.locator("[data-state=drawn]").waitFor();
  await dock.getByText("You won!").first().waitFor();
  const href = await dock.getByRole("link", { name: /check the draw/ }).getAttribute("href");
  await watcher.page.goto(`${stack.webUrl}${href}`);
  await watcher.page.getByRole("button", { name: "Check now" }).click();
  await watcher.page.locator("[data-testid=verification] [data-ok=true]").first().waitFor();
  expect(await watcher.page.locator("[data-check=beacon]").getAttribute("data-ok")).toBe("true");
  expect(await watcher.page.locator("[data-check][data-ok=false]").count()).toBe(0);
  expect([...host.faults, ...guest.faults, ...watcher.faults]).toEqual([]);
}, 180_000);
