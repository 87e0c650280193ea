import { createMessageKey } from "@barrage/client";
import { stamped } from "../stamp.ts";
import type { Sender } from "./accounts.ts";
import { errorBodyOf } from "./api-client.ts";

/** What came of the sends so far. */
export interface SendCounts {
  sent: number;
  acknowledged: number;
  /** Sends that needed the same key again. */
  retried: number;
  /** Sends given up, by the code of their last answer. */
  readonly refused: Map<string, number>;
}

interface SendLoopOptions {
  readonly room: string;
  readonly senders: readonly Sender[];
  readonly rate: number;
  readonly seconds: number;
  readonly random: () => number;
  readonly counts: SendCounts;
  readonly onAcknowledged: (seq: number) => void;
  readonly signal: AbortSignal;
}

/** Sends under way at once; beyond, the loop falls behind its rate instead of filling memory. */
const inFlightMax = 1_000;
const tries = 3;
const retryPauseMs = 300;

const phrases = [
  "弹幕来了",
  "哈哈哈哈",
  "太好看了",
  "前方高能",
  "hello from the crowd",
  "again!",
  "2333",
  "名场面",
];
const colors = ["#ffffff", "#ff6b6b", "#ffd93d", "#6bcb77", "#4d96ff"];

const pause = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));

function pick<T>(items: readonly T[], random: () => number): T | undefined {
  return items[Math.floor(random() * items.length)];
}

async function sendOne(sender: Sender, options: SendLoopOptions, number: number): Promise<void> {
  const { room, random, counts, onAcknowledged } = options;
  const key = createMessageKey();
  const color = pick(colors, random) ?? "#ffffff";
  const text = stamped(`${pick(phrases, random)} ${number}`);
  counts.sent++;
  for (let attempt = 1; ; attempt++) {
    try {
      const { cursor } = await sender.client.messages.send.mutate({ room, text, color, key });
      counts.acknowledged++;
      return onAcknowledged(Number(cursor.slice(cursor.indexOf("-") + 1)));
    } catch (error) {
      const body = errorBodyOf(error);
      // No answer, or one that says so: the same key again, and the danmaku exists once.
      const mayRetry = body === undefined || body.code === "log_unavailable";
      if (!mayRetry || attempt === tries) {
        const code = body?.code ?? "no answer";
        counts.refused.set(code, (counts.refused.get(code) ?? 0) + 1);
        return;
      }
      counts.retried++;
      await pause(retryPauseMs * attempt);
    }
  }
}

/** Sends at an even rate, each sender in turn, so that none passes its own limit. Resolves when all is answered. */
export async function runSendLoop(options: SendLoopOptions): Promise<void> {
  const { senders, rate, seconds, signal } = options;
  const pending = new Set<Promise<void>>();
  const startMs = performance.now();
  for (let number = 0; number < rate * seconds && !signal.aborted; number++) {
    const waitMs = startMs + (number * 1000) / rate - performance.now();
    if (waitMs > 0) await pause(waitMs);
    if (pending.size >= inFlightMax) await Promise.race(pending);
    const sender = senders[number % senders.length];
    if (sender === undefined) return;
    const send = sendOne(sender, options, number).finally(() => pending.delete(send));
    pending.add(send);
  }
  await Promise.all(pending);
}
