import { describe, expect, test } from "bun:test";
import type { LimiterItem } from "./limiter-item.ts";
import { limiterSettingsSchema } from "./limiter-settings.ts";
import type { Decision } from "./limiter-window.ts";
import { createRoomLimiter } from "./room-limiter.ts";

const room = "0k3v9x2m4n5p6q7r8s9t0a1b2";
const settings = limiterSettingsSchema.parse({ budgetPerSecond: 40 });

/** A danmaku; `seq` also names the sender and the text unless given. */
function danmaku(seq: number, atMs: number, over: Partial<LimiterItem> = {}): LimiterItem {
  return {
    seq,
    atMs,
    priority: 3,
    senderId: `sender${seq}`,
    text: `text ${seq}`,
    viewers: undefined,
    ...over,
  };
}

function run(items: readonly LimiterItem[]): Decision[] {
  const limiter = createRoomLimiter(room, settings);
  return [...items.flatMap((item) => limiter.push(item)), ...limiter.flush()];
}

const shownOf = (decisions: readonly Decision[]) => decisions.flatMap((decision) => decision.shown);
/** `perWindow` events in each of `windows` quick windows (100 ms). */
const crowd = (
  windows: number,
  perWindow: number,
  over: (seq: number) => Partial<LimiterItem> = () => ({}),
) =>
  Array.from({ length: windows * perWindow }, (_, index) =>
    danmaku(
      index + 1,
      Math.floor(index / perWindow) * 100 + Math.floor(((index % perWindow) * 100) / perWindow),
      over(index + 1),
    ),
  );

describe("the limiter", () => {
  test("shows everything at once while it fits the budget", () => {
    const limiter = createRoomLimiter(room, settings);
    for (const item of crowd(20, 4)) {
      expect(limiter.push(item)).toEqual([
        { untilSeq: item.seq, total: 1, shown: [{ seq: item.seq, count: 1 }] },
      ]);
    }
    expect(limiter.flushAfterMs).toBeUndefined();
  });

  test("shows a burst of half a second's budget whole, and twice as much only in part", () => {
    const burst = (count: number) => Array.from({ length: count }, (_, index) => danmaku(index + 1, index));
    expect(shownOf(run(burst(20)))).toHaveLength(20);
    expect(shownOf(run(burst(40)))).toHaveLength(20);
  });

  test("shows no more than the budget, and accounts for every event once and in order", () => {
    const items = crowd(50, 100);
    const decisions = run(items);
    // The first burst may use half a second's budget at once.
    expect(shownOf(decisions).length).toBeLessThanOrEqual(40 * 5 + 20);
    expect(shownOf(decisions).length).toBeGreaterThan(40 * 5 * 0.95);
    expect(decisions.reduce((sum, decision) => sum + decision.total, 0)).toBe(items.length);
    expect(decisions.at(-1)?.untilSeq).toBe(items.length);
    const seqs = shownOf(decisions).map(({ seq }) => seq);
    expect(seqs).toEqual(seqs.toSorted((left, right) => left - right));
    let after = 0;
    for (const { untilSeq, shown } of decisions) {
      expect(shown.every(({ seq }) => seq > after && seq <= untilSeq)).toBe(true);
      after = untilSeq;
    }
  });

  test("merges what many say into one ×N that says how many, within its share", () => {
    const decisions = run(crowd(20, 100, (seq) => (seq % 2 === 0 ? { text: "666" } : {})));
    const crowded = decisions.filter(({ total }) => total > 1);
    expect(crowded.length).toBeGreaterThan(15);
    for (const { shown } of crowded) {
      const merged = shown.filter(({ count }) => count > 1);
      expect(merged).toHaveLength(1);
      expect(merged[0]?.count).toBe(50);
      expect(shown.length).toBe(4);
    }
  });

  test("shows one sender once in a crowded window, and who shouts is not shown more", () => {
    const decisions = run(crowd(200, 100, (seq) => (seq % 2 === 0 ? { senderId: "spammer" } : {})));
    const spam = shownOf(decisions.slice(100)).filter(({ seq }) => seq % 2 === 0);
    expect(spam.length).toBeLessThan(shownOf(decisions).length * 0.01);
  });

  test("never drops gifts, hosts and the system, and merges equal gifts above their ceiling", () => {
    const gift = (seq: number) => ({
      priority: 1 as const,
      text: "gift\nrocket\n1",
      senderId: `giver${seq}`,
    });
    const decisions = run(
      crowd(20, 100, (seq) => (seq % 4 === 0 ? gift(seq) : seq % 50 === 1 ? { priority: 0, text: "" } : {})),
    );
    const shown = shownOf(decisions);
    const countOf = (rule: (seq: number) => boolean) =>
      shown.filter(({ seq }) => rule(seq)).reduce((sum, { count }) => sum + count, 0);
    expect(countOf((seq) => seq % 4 === 0)).toBe(500);
    expect(countOf((seq) => seq % 4 !== 0 && seq % 50 === 1)).toBe(40);
    expect(shown.filter(({ seq }) => seq % 4 === 0).length).toBeLessThan(60);
  });

  test("shows one text at most 20 times in a second, however calm the room is otherwise", () => {
    const decisions = run(crowd(10, 4, () => ({ text: "same" })));
    expect(shownOf(decisions)).toHaveLength(20);
  });

  test("spam of one text never hides what the system says (the original's fault)", () => {
    const spam = crowd(10, 60, () => ({ text: "grand prize" }));
    const drawn = danmaku(10_000, 950, { priority: 0, text: "" });
    expect(shownOf(run([...spam, drawn]))).toContainEqual({ seq: 10_000, count: 1 });
  });

  test("decides the same from two seconds back as from the beginning", () => {
    const items = crowd(100, 60, (seq) => ({ senderId: `sender${seq % 700}` }));
    const late = items.filter((item) => item.atMs >= 6_000);
    const tail = (decisions: readonly Decision[]) =>
      shownOf(decisions).filter(({ seq }) => seq > 8_200 * 0.6);
    const whole = tail(run(items)).filter(({ seq }) => (items[seq - 1]?.atMs ?? 0) >= 8_200);
    expect(whole.length).toBeGreaterThan(30);
    expect(tail(run(late)).filter(({ seq }) => (items[seq - 1]?.atMs ?? 0) >= 8_200)).toEqual(whole);
  });

  test("cuts windows by the log alone: an overtaken event belongs where it came", () => {
    const items = crowd(30, 50).map((item) =>
      item.seq % 7 === 0 ? { ...item, atMs: item.atMs - 400 } : item,
    );
    expect(run(items)).toEqual(run(items));
    expect(run(items).reduce((sum, decision) => sum + decision.total, 0)).toBe(items.length);
  });

  test("keeps its memory bounded over a million distinct texts and senders", () => {
    const limiter = createRoomLimiter(room, settings);
    let total = 0;
    for (let seq = 1; seq <= 1_000_000; seq++) {
      for (const decision of limiter.push(danmaku(seq, Math.floor(seq / 20)))) total += decision.total;
    }
    Bun.gc(true);
    const used = process.memoryUsage().heapUsed;
    for (const decision of limiter.flush()) total += decision.total;
    expect(total).toBe(1_000_000);
    expect(used).toBeLessThan(256 * 2 ** 20);
  }, 60_000);

  test("settings that change with the log's time hold from the window that opens then, wherever one starts", () => {
    const changeMs = 5_000;
    const generous = limiterSettingsSchema.parse({ budgetPerSecond: 200 });
    const settingsAt = (logMs: number) => (logMs < changeMs ? settings : generous);
    const items = crowd(100, 15);
    const decide = (from: number) => {
      const limiter = createRoomLimiter(room, settingsAt);
      return shownOf(items.filter(({ atMs }) => atMs >= from).flatMap((item) => limiter.push(item)));
    };
    const atOf = ({ seq }: { readonly seq: number }) => items[seq - 1]?.atMs ?? 0;
    const all = decide(0);
    expect(all.filter((shown) => atOf(shown) < changeMs).length).toBeLessThanOrEqual(5 * 40 + 20);
    expect(all.filter((shown) => atOf(shown) >= changeMs)).toHaveLength(50 * 15);
    const since = ({ seq }: { readonly seq: number }) => atOf({ seq }) >= 4_500;
    expect(decide(1_000).filter(since)).toEqual(all.filter(since));
  });
});
