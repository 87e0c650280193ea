import { afterAll, beforeAll, expect, test } from "bun:test";
import { join } from "node:path";
import { startApp } from "@barrage/testkit";
import type { Page } from "playwright-core";
import { createRoom, enterRoom, goLive, register } from "./actions.ts";
import { type AppStack, startAppStack } from "./app-stack.ts";
import { violations } from "./axe-violations.ts";
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

/** The operator's command. */
async function makeAdministrator(name: string): Promise<void> {
  const command = join(import.meta.dir, "..", "..", "db", "src", "admin", "main.ts");
  const child = Bun.spawn([process.execPath, command, "grant", name], {
    env: { ...process.env, DATABASE_URL: stack.databaseUrl },
    stdout: "ignore",
    stderr: "inherit",
  });
  expect(await child.exited).toBe(0);
}

const processRows = (page: Page, role: string) =>
  page.getByRole("listitem", { name: new RegExp(`^${role} on `) });

test("an administrator sees what runs, live, and a process that dies disappears; anybody else is told that it is not for them", async () => {
  const { webUrl } = stack;
  const [admin, host, stranger] = [
    await browser.person({ bypassCSP: true }),
    await browser.person(),
    await browser.person({ viewport: { width: 390, height: 844 } }),
  ];
  await register(stranger.page, webUrl, "just_a_user");
  await stranger.page.goto(`${webUrl}/ops`);
  await stranger.page.getByRole("heading", { name: "This page is for administrators" }).waitFor();
  await stranger.page.getByRole("button", { name: "Account of just_a_user" }).click();
  await stranger.page.getByRole("menuitem", { name: "Account" }).waitFor();
  expect(await stranger.page.getByRole("menuitem", { name: "Operations" }).count()).toBe(0);

  await register(host.page, webUrl, "ops_host");
  const room = await createRoom(host.page, webUrl, { title: "Watched by operations" });
  await goLive(host.page);
  await enterRoom(host.page, webUrl, room);

  await register(admin.page, webUrl, "ops_admin");
  await makeAdministrator("ops_admin");
  const { page } = admin;
  // The right is read with the log-in, which is believed for some seconds.
  await expectSoon(async () => {
    await page.goto(`${webUrl}/ops`);
    await page.getByRole("heading", { level: 1, name: "Operations" }).waitFor({ timeout: 2_000 });
  });
  await page.getByText("Live: told anew").waitFor();
  for (const role of ["api", "realtime", "worker"]) await processRows(page, role).first().waitFor();
  await processRows(page, "worker").getByText("leads").waitFor();
  await processRows(page, "realtime").getByText("1 of ").waitFor();
  await page
    .getByRole("row", { name: /Watched by operations/ })
    .getByText("1", { exact: true })
    .first()
    .waitFor();
  expect(await violations(page)).toEqual([]);

  // Another worker comes without a word to anybody, stands by, and is gone when it is killed.
  const second = await startApp("worker", stack.workerVariables);
  await processRows(page, "worker").nth(1).waitFor();
  await second.kill("SIGKILL");
  await processRows(page, "worker").nth(1).waitFor({ state: "detached" });
  expect([...admin.faults, ...host.faults, ...stranger.faults]).toEqual([]);
}, 180_000);

async function expectSoon(attempt: () => Promise<void>): Promise<void> {
  for (let left = 10; ; left--) {
    try {
      return await attempt();
    } catch (error) {
      if (left === 0) throw error;
    }
  }
}
