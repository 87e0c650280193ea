import { afterAll, beforeAll, expect, test } from "bun:test";
import { join } from "node:path";
import { startApp, waitFor } from "@barrage/testkit";
import type { Page } from "playwright-core";
import { createRoom, enterRoom, goLive, password, register } from "./actions.ts";
import { type AppStack, startAppStack } from "./app-stack.ts";
import { violations } from "./axe-violations.ts";
import { openBrowser, type Person, patienceMs, type TestBrowser } from "./open-browser.ts";

let stack: AppStack;
let browser: TestBrowser;
let admin: Person;
beforeAll(async () => {
  stack = await startAppStack();
  browser = await openBrowser();
  admin = await browser.person({ bypassCSP: true });
  await register(admin.page, stack.webUrl, "ops_admin");
  await command("db/src/admin/main.ts", ["grant", "ops_admin"]);
  // The right is read with the log-in, which is believed for some seconds.
  await expectSoon(async () => {
    await admin.page.goto(`${stack.webUrl}/ops`);
    await admin.page.getByRole("heading", { level: 1, name: "Operations" }).waitFor({ timeout: 2_000 });
  });
}, 180_000);
afterAll(async () => {
  await browser?.[Symbol.asyncDispose]();
  await stack?.[Symbol.asyncDispose]();
});

/** An operator's command. */
async function command(file: string, args: readonly string[]): Promise<void> {
  const child = Bun.spawn([process.execPath, join(import.meta.dir, "..", "..", file), ...args], {
    env: { ...process.env, ...stack.workerVariables, DATABASE_URL: stack.databaseUrl },
    stdout: "ignore",
    stderr: "inherit",
  });
  expect(await child.exited).toBe(0);
}

const processRows = (page: Page, role: string) =>
  page.getByRole("listitem", { name: new RegExp(`^${role} on `) });

test("an administrator sees what runs, live, and a process that dies disappears; anybody else is told that it is not for them", async () => {
  const { webUrl } = stack;
  const [host, stranger] = [
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

  const { page } = admin;
  await page.goto(`${webUrl}/ops`);
  await page.getByText("Live: told anew").waitFor();
  for (const role of ["api", "realtime", "worker"]) await processRows(page, role).first().waitFor();
  await processRows(page, "worker").getByText("leads").waitFor();
  await processRows(page, "realtime").getByText("1 of ").waitFor();
  await page
    .getByRole("row", { name: /Watched by operations/ })
    .getByText("1", { exact: true })
    .first()
    .waitFor();
  await page.getByRole("row", { name: /Watched by operations Desktop .* 40\/s/ }).waitFor();
  expect(await violations(page)).toEqual([]);

  // Another worker comes without a word to anybody, stands by, and is gone when it is killed.
  const second = await startApp("worker", stack.workerVariables);
  await processRows(page, "worker").nth(1).waitFor();
  await second.kill("SIGKILL");
  await processRows(page, "worker").nth(1).waitFor({ state: "detached" });

  // Somebody is suspended: out at once, told why at the log-in, and in again when it is lifted.
  await page.getByRole("tab", { name: "People" }).click();
  await page.getByLabel("Name begins with").fill("JUST_A");
  await page.getByRole("button", { name: "Suspend just_a_user" }).click();
  await page.getByRole("dialog").getByLabel("Reason").fill("spam");
  await page.getByRole("dialog").getByRole("button", { name: "Suspend", exact: true }).click();
  await page.getByText(/suspended .* by ops_admin: spam/).waitFor();
  expect(await violations(page)).toEqual([]);
  await stranger.page.goto(`${webUrl}/ops`);
  await stranger.page.waitForURL(/\/login/);
  await logIn(stranger.page, "just_a_user");
  await stranger.page.getByText("This account is suspended. Try again in 7 days.").waitFor();
  await page.getByRole("button", { name: "Lift the suspension of just_a_user" }).click();
  await page.getByRole("button", { name: "Suspend just_a_user" }).waitFor();
  await page.getByRole("button", { name: "History of just_a_user" }).click();
  await page
    .getByRole("dialog")
    .getByText(/^lifted .* by ops_admin$/)
    .waitFor();
  expect(await violations(page)).toEqual([]);
  await page.keyboard.press("Escape");
  await logIn(stranger.page, "just_a_user");
  await stranger.page.getByRole("button", { name: "Account of just_a_user" }).waitFor();
  expect([...admin.faults, ...host.faults, ...stranger.faults]).toEqual([]);
}, 180_000);

test("a proxy that answers for the api a while is no end: the overview says that it is away, and is live again by itself", async () => {
  const { page } = admin;
  let refused = 0;
  const watch = /\/trpc\/ops\.watch/;
  await page.route(watch, (route) => {
    refused += 1;
    return route.fulfill({ status: 502, body: "Bad Gateway" });
  });
  await page.goto(`${stack.webUrl}/ops`);
  await page.getByText("It is tried again by itself.").waitFor();
  await waitFor(() => refused >= 2, { deadlineMs: patienceMs, what: "another attempt" });
  expect(await page.getByText("It is tried again by itself.").count()).toBe(1);
  await page.unroute(watch);
  await page.getByText("Live: told anew").waitFor();
}, 60_000);

test("an administrator changes a limiter budget, sees it in force and in the history, and rolls it back; who comes second is told", async () => {
  const { page, faults } = admin;
  await page.goto(`${stack.webUrl}/ops?tab=settings`);
  const key = "limiter.desktopPerSecond";
  const row = page.getByRole("listitem", { name: key });
  const dialog = page.getByRole("dialog", { name: key });
  const open = () => row.getByRole("button", { name: "Change" }).click();
  const save = async (value: string) => {
    await dialog.getByRole("textbox", { name: /^Value/ }).fill(value);
    await dialog.getByRole("button", { name: "Save" }).click();
  };
  await row.getByText("default").waitFor();

  await open();
  await dialog.getByText("It was never changed.").waitFor();
  await save("0");
  await dialog.getByRole("alert").getByText("Too small").waitFor();
  await save("60");
  await row.getByText("60", { exact: true }).waitFor();
  await row.getByText("ops_admin").waitFor();
  expect(await violations(page)).toEqual([]);

  // The operator is faster: what this administrator typed is not saved over it unseen.
  await open();
  await command("apps/api/src/config-command/main.ts", ["set", `${key}=70`]);
  await save("80");
  await dialog.getByText("changed this meanwhile, to 70").waitFor();
  await dialog.getByRole("button", { name: "Go on from there" }).click();
  await dialog.getByText("current").waitFor();
  expect(await violations(page)).toEqual([]);

  await dialog.getByRole("button", { name: "Roll back to 60" }).click();
  await page.getByRole("alertdialog").getByRole("button", { name: "Roll back" }).click();
  await dialog.waitFor({ state: "detached" });
  await row.getByText("60", { exact: true }).waitFor();
  await open();
  await dialog.getByRole("listitem").nth(2).waitFor();
  expect(await dialog.getByRole("listitem").locator("p:first-child").allTextContents()).toEqual([
    "60",
    "70",
    "60",
  ]);
  expect(faults).toEqual([]);
}, 120_000);

async function logIn(page: Page, name: string): Promise<void> {
  await page.getByLabel("Name").fill(name);
  await page.getByLabel("Password").fill(password);
  await page.getByRole("main").getByRole("button", { name: "Log in" }).click();
}

async function expectSoon(attempt: () => Promise<void>): Promise<void> {
  for (let left = 10; ; left--) {
    try {
      return await attempt();
    } catch (error) {
      if (left === 0) throw error;
    }
  }
}
