import type { Page } from "playwright-core";

export interface NewLottery {
  readonly title: string;
  readonly prizes: readonly { readonly name: string; readonly count: number }[];
  /** Seconds until it closes; null: by hand. */
  readonly closesInSeconds: number | null;
  readonly phrase?: string;
  readonly followHost?: boolean;
}

/** Opens a lottery in the studio of a live room, step by step as a host does. */
export async function openLottery(
  page: Page,
  webUrl: string,
  { room, ...lottery }: NewLottery & { readonly room: string },
): Promise<void> {
  await page.goto(`${webUrl}/studio/${room}?tab=lotteries`);
  await page.getByRole("button", { name: "New lottery" }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByLabel("Title").fill(lottery.title);
  for (const [index, { name, count }] of lottery.prizes.entries()) {
    if (index > 0) await dialog.getByRole("button", { name: "Another prize" }).click();
    await dialog.getByLabel(`Prize ${index + 1}`, { exact: true }).fill(name);
    await dialog.getByLabel("How many").nth(index).fill(String(count));
  }
  await dialog.getByRole("button", { name: "Next" }).click();
  if (lottery.closesInSeconds === null) {
    await dialog.getByRole("radio", { name: "By hand" }).click();
  } else {
    await dialog.getByRole("radio", { name: "Seconds" }).click();
    await dialog.getByLabel("Time until it closes", { exact: true }).fill(String(lottery.closesInSeconds));
  }
  if (lottery.phrase !== undefined) await dialog.getByLabel("Phrase").fill(lottery.phrase);
  if (lottery.followHost === true) await dialog.getByLabel("Only my followers").click();
  await dialog.getByRole("button", { name: "Next" }).click();
  await dialog.getByRole("heading", { name: lottery.title, exact: true }).waitFor();
  await dialog.getByRole("button", { name: "Open the lottery" }).click();
  await dialog.waitFor({ state: "detached" });
}

/** The room's lotteries, above its chat. */
export function lotteries(page: Page) {
  return page.getByRole("region", { name: "Lotteries" });
}

/** Enters the lottery whose card is unfolded, and waits until the server has the entry. */
export async function enterLottery(page: Page, title: string): Promise<void> {
  await page.getByRole("button", { name: `Enter the lottery ${title}` }).click();
  await page.getByText("You're in", { exact: true }).waitFor();
}
