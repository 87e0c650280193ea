import { waitFor } from "@barrage/testkit";
import type { Page } from "playwright-core";
import { patienceMs } from "./open-browser.ts";

export const password = "correct horse battery";

/** What people do in the app, as they do it: by the names of things on the screen. */
export async function register(page: Page, webUrl: string, name: string): Promise<void> {
  await page.goto(`${webUrl}/register`);
  await page.getByLabel("Name").fill(name);
  await page.getByLabel("Password").fill(password);
  await page.getByRole("button", { name: "Sign up" }).click();
  await page.getByRole("button", { name: `Account of ${name}` }).waitFor();
}

export interface NewRoom {
  readonly title: string;
  /** Makes the room private. */
  readonly password?: string;
}

/** Opens a room in the studio; the page is at its desk afterwards. @returns the room's id */
export async function createRoom(page: Page, webUrl: string, room: NewRoom): Promise<string> {
  await page.goto(`${webUrl}/studio`);
  await page.getByRole("button", { name: "New room" }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByLabel("Title").fill(room.title);
  if (room.password !== undefined) {
    await dialog.getByRole("radio", { name: "Private" }).click();
    await dialog.getByLabel("Password").fill(room.password);
  }
  await dialog.getByRole("button", { name: "Create room" }).click();
  await page.waitForURL(/\/studio\/[0-9a-z]+$/);
  await page.getByRole("heading", { level: 1, name: room.title }).waitFor();
  return new URL(page.url()).pathname.split("/").at(-1) ?? "";
}

export async function goLive(page: Page): Promise<void> {
  await page.getByRole("button", { name: "Go live" }).click();
  await page.getByRole("button", { name: "End the session" }).waitFor();
}

/** Opens the room and waits until its feed is live. */
export async function enterRoom(page: Page, webUrl: string, roomId: string): Promise<void> {
  await page.goto(`${webUrl}/rooms/${roomId}`);
  await isConnected(page);
}

export async function isConnected(page: Page): Promise<void> {
  await page.locator("[data-testid=connection][data-phase=live]").waitFor();
}

/** The message box; there when the room is live and this person may write. */
export function messageBox(page: Page) {
  return page.getByRole("textbox", { name: "Message", exact: true });
}

/** Says something, and waits until the server has it. */
export async function say(page: Page, text: string): Promise<void> {
  const box = messageBox(page);
  await box.fill(text);
  // The box counts down between messages; Enter is heard when it is over.
  await page.getByRole("button", { name: "Send", exact: true }).waitFor();
  await box.press("Enter");
  const mine = messages(page).filter({ hasText: text });
  const sent = mine.and(page.locator("[data-message][data-state=sent]"));
  const retry = mine.getByRole("button", { name: "Retry", exact: true });
  await waitFor(
    async () => {
      // Said faster than the room allows: the button counts down, and sends it once more when it is pressed.
      if ((await retry.count()) > 0) await retry.first().click();
      return (await sent.count()) > 0;
    },
    { deadlineMs: patienceMs, what: `the server to have "${text}"` },
  );
}

export function messages(page: Page) {
  return page.getByRole("log").getByRole("article");
}

/** What the chat shows now, from top to bottom, without the senders. Only for chats that fit on the screen. */
export async function chatTexts(page: Page): Promise<readonly string[]> {
  const texts = await messages(page).allInnerTexts();
  return texts.map((text) => text.split(": ").slice(1).join(": ").trim());
}

/** Waits until the chat shows exactly `expected`, in that order. */
export async function chatBecomes(page: Page, expected: readonly string[]): Promise<void> {
  let seen: readonly string[] = [];
  await waitFor(
    async () => {
      seen = await chatTexts(page);
      return JSON.stringify(seen) === JSON.stringify(expected);
    },
    { deadlineMs: patienceMs, what: "the chat's order" },
  ).catch((cause: unknown) => {
    throw new Error(`expected the chat ${JSON.stringify(expected)}, saw ${JSON.stringify(seen)}`, { cause });
  });
}

/** Waits until nothing on the page is on its way any more. Not until the network is quiet: a live page's never is. */
export async function loaded(page: Page): Promise<void> {
  await page.waitForFunction(() => document.querySelector("[data-skeleton]") === null);
}
