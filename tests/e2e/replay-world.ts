import { waitFor } from "@barrage/testkit";
import type { Page } from "playwright-core";
import { z } from "zod";
import { password } from "./actions.ts";
import { type AppStack, startAppStack } from "./app-stack.ts";
import { openBrowser, patienceMs, type TestBrowser } from "./open-browser.ts";

/** Something that was said, and when, in milliseconds since the session's start. */
export interface Said {
  readonly text: string;
  readonly offsetMs: number;
}

/** A room with a session that has ended, and in which things were said with time between them. */
export interface ReplayWorld extends AsyncDisposable {
  readonly stack: AppStack;
  readonly browser: TestBrowser;
  readonly room: string;
  readonly session: string;
  readonly durationMs: number;
  readonly said: readonly [Said, Said, Said];
  /** Where the replay is. */
  readonly address: string;
  /** Calls the api as the host. */
  readonly asHost: (method: string, path: string, body?: object) => Promise<unknown>;
}

/** Nobody speaks for so long. */
const gapMs = 4_000;

/** Plays a session of some ten seconds for real, and waits until it can be seen again. */
export async function createReplayWorld(title: string): Promise<ReplayWorld> {
  await using closing = new AsyncDisposableStack();
  const stack = closing.use(await startAppStack());
  const browser = closing.use(await openBrowser());
  const asHost = await hostOf(stack);
  const { id: room } = z.object({ id: z.string() }).parse(await asHost("POST", "/rooms", { title }));
  const live = await asHost("POST", `/rooms/${room}/start`);
  const { sessionId: session } = z.object({ sessionId: z.string() }).parse(live);
  const say = async (text: string) => {
    await asHost("POST", `/rooms/${room}/messages`, { text, key: text.replace(/\W/g, "0").padEnd(8, "0") });
  };
  await say("the first words");
  await gap();
  await say("the second words");
  await asHost("POST", `/rooms/${room}/gifts`, { gift: "rocket", count: 2, key: "giftkey1" });
  await gap();
  await say("the last words");
  await asHost("POST", `/rooms/${room}/end`);

  const path = `/rooms/${room}/sessions/${session}`;
  const replaySchema = z.object({
    archive: z.string(),
    startedAtMs: z.number(),
    durationMs: z.number(),
    danmaku: z.number(),
  });
  let replay: z.infer<typeof replaySchema> | undefined;
  await waitFor(
    async () => {
      replay = replaySchema.parse(await asHost("GET", path));
      return replay.archive === "whole" && replay.danmaku === 3;
    },
    { deadlineMs: patienceMs, what: "the session to be archived" },
  );
  const { startedAtMs = 0, durationMs = 0 } = replay ?? {};
  const history = await asHost("GET", `/rooms/${room}/messages?session=${session}&direction=forward`);
  const { items } = z
    .object({ items: z.array(z.object({ text: z.string().nullable(), at: z.number() })) })
    .parse(history);
  const said = items.flatMap(({ text, at }) => (text === null ? [] : [{ text, offsetMs: at - startedAtMs }]));
  const [first, second, last] = said;
  if (first === undefined || second === undefined || last === undefined) throw new Error("not all was said");
  const owned = closing.move();
  return {
    stack,
    browser,
    room,
    session,
    durationMs,
    said: [first, second, last],
    address: `${stack.webUrl}/rooms/${room}/replays/${session}`,
    asHost,
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  };
}

async function gap(): Promise<void> {
  const untilMs = Date.now() + gapMs;
  await waitFor(() => Date.now() >= untilMs, { deadlineMs: gapMs * 2, what: "a while to pass" });
}

async function hostOf(stack: AppStack) {
  const api = `${stack.apps[0]?.url ?? ""}/api/v1`;
  let token: string | null = null;
  const call = async (method: string, path: string, body?: object): Promise<unknown> => {
    const headers = {
      "x-barrage-client": "test",
      ...(body === undefined ? {} : { "content-type": "application/json" }),
      ...(token === null ? {} : { authorization: `Bearer ${token}` }),
    };
    const response = await fetch(`${api}${path}`, {
      method,
      headers,
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const answer: unknown = await response.json();
    if (!response.ok) throw new Error(`${method} ${path}: ${JSON.stringify(answer)}`);
    return answer;
  };
  const account = await call("POST", "/users", { name: "replay_host", password });
  token = z.object({ token: z.string() }).parse(account).token;
  return call;
}

/** What a replay page shows in one moment. */
export async function glance(page: Page): Promise<{ readonly positionMs: number; readonly chat: string }> {
  return page.evaluate(() => ({
    positionMs: Number(document.querySelector("[role=slider]")?.getAttribute("aria-valuenow")) * 1000,
    chat: document.querySelector("[role=log]")?.textContent ?? "",
  }));
}

/** Waits until the replay plays or has ended. */
export async function replayIs(page: Page, state: "playing" | "ended"): Promise<void> {
  await page.locator(`[data-testid=replay][data-state=${state}]`).waitFor();
}

/** Stops the replay. On a slow machine it may have come to its end before: there it stands as well. */
export async function standStill(page: Page, pause: () => Promise<void>): Promise<void> {
  const replay = page.getByTestId("replay");
  const stateIs = (...states: readonly string[]) =>
    waitFor(async () => states.includes((await replay.getAttribute("data-state")) ?? ""), {
      deadlineMs: patienceMs,
      what: `the replay to be ${states.join(" or ")}`,
    });
  await stateIs("playing", "ended");
  if ((await replay.getAttribute("data-state")) === "playing") await pause();
  await stateIs("paused", "ended");
}
