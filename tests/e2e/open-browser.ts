import { findChromium } from "@barrage/scripts/chromium";
import { type BrowserContextOptions, chromium, type Page } from "playwright-core";
import { e2eConfig } from "./e2e-config.ts";

/** A person at a browser of their own: their cookies and storage are nobody else's. */
export interface Person {
  readonly page: Page;
  /** Everything that went wrong in the page unexpectedly. */
  readonly faults: readonly string[];
}

/** A real Chromium, without a window. */
export interface TestBrowser extends AsyncDisposable {
  readonly person: (options?: BrowserContextOptions) => Promise<Person>;
}

const flags = [
  "--headless",
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

/** Waits for a condition in a page are given this long: generous, since a loaded machine is no fault of the page. */
export const patienceMs = 20_000;

/** A picture that moves and a tone, allowed without being asked. */
const fakeCamera = ["--use-fake-device-for-media-stream", "--use-fake-ui-for-media-stream"];

export async function openBrowser(options: { readonly fakeCamera?: boolean } = {}): Promise<TestBrowser> {
  const path = e2eConfig.chromiumPath();
  const found = path === null ? findChromium() : { executablePath: path, env: {} };
  if (found === null)
    throw new Error("no Chromium here: set CHROMIUM_PATH, or let scripts/test.ts provide one");
  const browser = await chromium.launch({
    executablePath: found.executablePath,
    env: { ...process.env, ...found.env },
    args: [...flags, ...(options.fakeCamera === true ? fakeCamera : [])],
  });
  return {
    person: async (more = {}) => {
      const context = await browser.newContext({ viewport: { width: 1280, height: 800 }, ...more });
      context.setDefaultTimeout(patienceMs);
      const page = await context.newPage();
      const faults: string[] = [];
      page.on("pageerror", (error) => faults.push(error.message));
      page.on("console", (message) => {
        // A refused policy is a fault of ours; a failed request is often what a test is about.
        if (message.type() === "error" && message.text().includes("Content Security Policy"))
          faults.push(message.text());
      });
      return { page, faults };
    },
    [Symbol.asyncDispose]: () => browser.close(),
  };
}
