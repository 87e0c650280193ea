import { createLiveTable, type LiveTable } from "./live-table.ts";
import type { CrowdOptions } from "./options.ts";
import { createRandom } from "./random.ts";
import { createAccountFile } from "./senders/account-file.ts";
import { prepareSenders, type Sender } from "./senders/accounts.ts";
import { createApiClient, errorBodyOf } from "./senders/api-client.ts";
import { runSendLoop, type SendCounts } from "./senders/send-loop.ts";
import { Viewers } from "./viewers.ts";

/** What a crowd prints, and how it is stopped early. */
export interface CrowdConsole {
  readonly print: (line: string) => void;
  /** Shows a passing state; replaced by the next one. */
  readonly progress: (line: string) => void;
  readonly signal: AbortSignal;
}

/** The room can't take a crowd; the message says why. */
export class CrowdError extends Error {
  override readonly name = "CrowdError";
}

const catchUpMs = 15_000;
const pause = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));

async function checkRoom({ api, room, rate }: CrowdOptions): Promise<void> {
  const view = await createApiClient(api)
    .rooms.get.query({ id: room })
    .catch((error: unknown) => {
      const body = errorBodyOf(error);
      if (body === undefined) throw new CrowdError(`the api does not answer at ${api}`, { cause: error });
      throw new CrowdError(`room ${room}: ${body.message} (${body.code})`, { cause: error });
    });
  if (view.visibility === "private") throw new CrowdError(`room ${room} is private: a crowd has no password`);
  if (rate === 0) return;
  if (view.status !== "live")
    throw new CrowdError(`room ${room} is not live: start it first, or use --rate 0`);
  if (view.followersOnly) throw new CrowdError(`room ${room} takes danmaku of followers alone`);
  if (view.slowModeMs > 0)
    throw new CrowdError(`room ${room} is in slow mode: the crowd could not keep its rate`);
}

async function sendersFor(options: CrowdOptions, console: CrowdConsole): Promise<readonly Sender[]> {
  const { rate, senders, api, accounts } = options;
  if (rate === 0) return [];
  const count = Math.max(senders, rate);
  if (count > senders) {
    console.print(
      `${senders} senders may send ${senders} danmaku/s (one each); ${count} are used for ${rate}/s.`,
    );
  }
  const onProgress = (ready: number, note: string) =>
    console.progress(`senders ${ready}/${count}${note === "" ? "" : ` (${note})`}`);
  return await prepareSenders({ api, count, onProgress, file: createAccountFile(accounts) });
}

/** Cuts a share of the viewers off, each at a moment of its own in the given time. */
async function dropSome(viewers: Viewers, options: CrowdOptions, random: () => number): Promise<void> {
  const { drop, seconds, realtime } = options;
  const moments = viewers.all
    .filter(() => random() < drop)
    .map((viewer) => ({ viewer, atMs: random() * seconds * 1000 }))
    .toSorted((a, b) => a.atMs - b.atMs);
  const startMs = performance.now();
  for (const { viewer, atMs } of moments) {
    await pause(Math.max(0, startMs + atMs - performance.now()));
    viewer.connect(realtime);
  }
}

interface Outcome {
  readonly options: CrowdOptions;
  readonly viewers: Viewers;
  readonly counts: SendCounts;
  readonly table: LiveTable;
  readonly isComplete: boolean;
}

/** Prints what it came to. @returns whether all was well. */
function conclude(
  { options, viewers, counts, table, isComplete }: Outcome,
  print: CrowdConsole["print"],
): boolean {
  const report = viewers.report(viewers.ledger.last);
  const refused = [...counts.refused].map(([code, count]) => `${code} ${count}`).join(", ");
  const isWell = isComplete && report.wrongViewers === 0 && report.resets === 0 && counts.refused.size === 0;
  print("");
  print(
    `sent          ${counts.sent}, acknowledged ${counts.acknowledged}, sent again with the same key ${counts.retried}`,
  );
  if (refused !== "") print(`refused       ${refused}`);
  print(
    `delivered     ${report.received} to ${report.viewers} viewers (${viewers.ledger.count} events each)`,
  );
  print(`gaps          ${report.gaps}`);
  print(`duplicates    ${report.duplicates}, out of order ${report.outOfOrder}, nonsense ${report.nonsense}`);
  print(
    `skipped       ${report.skipped} (declared by the server), resets ${report.resets}, reconnects ${report.reconnects}`,
  );
  const [p50, p99, p999] = [0.5, 0.99, 0.999].map((quantile) => table.total.quantileMs(quantile).toFixed(1));
  print(`latency       p50 ${p50} ms, p99 ${p99} ms, p99.9 ${p999} ms (send to receipt)`);
  if (!isComplete)
    print(`incomplete    not every viewer had everything ${catchUpMs / 1000} s after the last send`);
  print(isWell ? "all well" : `WRONG at ${report.wrongViewers} viewers; seed ${options.seed}`);
  return isWell;
}

/** Runs a crowd. @returns whether all was well. @throws Error with a message for people when it can't begin. */
export async function runCrowd(options: CrowdOptions, console: CrowdConsole): Promise<boolean> {
  const { room, transport, rate, seconds, realtime, seed } = options;
  const { print, progress, signal } = console;
  const random = createRandom(seed);
  await checkRoom(options);
  const senders = await sendersFor(options, console);
  // Every event, not only those that the limiter shows to readers: it is the delivery that is on trial.
  const crowd = { room, transport, count: options.viewers, urls: [realtime], random, wantsAll: true };
  using viewers = new Viewers(crowd);
  const deadlineMs = 10_000 + options.viewers * 20;
  await viewers.connect({ deadlineMs, onProgress: (live) => progress(`viewers ${live}/${options.viewers}`) });
  progress("");

  const counts: SendCounts = { sent: 0, acknowledged: 0, retried: 0, refused: new Map() };
  const table = createLiveTable({ viewers, counts, print });
  const ticking = setInterval(() => table.row(), 1_000);
  try {
    const onAcknowledged = (seq: number) => viewers.ledger.acknowledged(seq);
    const sending = runSendLoop({ room, senders, rate, seconds, random, counts, onAcknowledged, signal });
    const time = Promise.race([
      pause(seconds * 1000),
      new Promise((stop) => signal.addEventListener("abort", stop)),
    ]);
    await Promise.all([sending, time, dropSome(viewers, options, random)]);
    const isComplete = await viewers.caughtUp(viewers.ledger.last, catchUpMs);
    table.row();
    return conclude({ options, viewers, counts, table, isComplete }, print);
  } finally {
    clearInterval(ticking);
  }
}
