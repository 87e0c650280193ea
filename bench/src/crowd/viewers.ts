import { createHistogram, type Histogram } from "./histogram.ts";
import { createLedger, type Ledger } from "./ledger.ts";
import { createViewer, type Refusal, type Viewer } from "./viewer.ts";

/** How a crowd of viewers is made. */
export interface ViewersOptions {
  readonly room: string;
  readonly count: number;
  readonly transport: "sse" | "ws" | "mixed";
  /** The realtime nodes; viewers are spread evenly, and a lost one comes back to any of them. */
  readonly urls: readonly string[];
  readonly random: () => number;
  readonly ticket?: (() => Promise<string>) | undefined;
  /** Every event, not only those that the node's limiter shows. */
  readonly wantsAll?: boolean | undefined;
}

const nothing = {
  viewers: 0,
  live: 0,
  received: 0,
  /** Events that did not come and were not declared; see {@link Viewers.report}. */
  gaps: 0,
  duplicates: 0,
  outOfOrder: 0,
  /** Events that the server declared as shed. */
  skipped: 0,
  resets: 0,
  reconnects: 0,
  nonsense: 0,
  /** Viewers with a gap, a duplicate, a wrong order or nonsense. */
  wrongViewers: 0,
};

/** The sums over all viewers. */
export type ViewersReport = Readonly<typeof nothing>;

interface ConnectOptions {
  readonly onProgress?: (live: number) => void;
  readonly deadlineMs?: number;
}

/** Connections under way at once: more would overflow a listen backlog. */
const connectingMax = 100;
const tickMs = 20;
const silenceCheckMs = 1_000;

const pause = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));

function sum(viewers: readonly Viewer[], upTo: number | undefined): ViewersReport {
  const total = { ...nothing, viewers: viewers.length };
  for (const { sequence, phase, reconnects, nonsense } of viewers) {
    const { counts } = sequence;
    const gaps = upTo === undefined ? counts.suspicions : sequence.gaps(upTo);
    if (phase === "live") total.live++;
    if (gaps + counts.duplicates + counts.outOfOrder + nonsense > 0) total.wrongViewers++;
    total.gaps += gaps;
    total.received += counts.received;
    total.duplicates += counts.duplicates;
    total.outOfOrder += counts.outOfOrder;
    total.skipped += counts.skipped;
    total.resets += counts.resets;
    total.reconnects += reconnects;
    total.nonsense += nonsense;
  }
  return total;
}

/** A crowd that watches one room. Disposing of it cuts all connections. */
export class Viewers implements Disposable {
  readonly all: readonly Viewer[];
  readonly ledger: Ledger = createLedger();
  readonly latency: Histogram = createHistogram();
  #urls: readonly string[];
  #refusal: Refusal | undefined;
  readonly #silence: ReturnType<typeof setInterval>;

  /** Makes viewers that are not connected yet. */
  constructor({ room, count, transport, urls, random, ticket, wantsAll }: ViewersOptions) {
    this.#urls = urls;
    const onRefused = (refusal: Refusal) => {
      this.#refusal = refusal;
    };
    const deps = { room, ledger: this.ledger, latency: this.latency, random, ticket, wantsAll, onRefused };
    this.all = Array.from({ length: count }, (_, index) => {
      const via = transport === "mixed" ? (index % 2 === 0 ? "sse" : "ws") : transport;
      return createViewer(deps, { via, urls: () => this.#urls });
    });
    this.#silence = setInterval(() => {
      for (const viewer of this.all) viewer.checkSilence(performance.now());
    }, silenceCheckMs);
  }

  /** How many get events as they happen. */
  get live(): number {
    return this.all.filter(({ phase }) => phase === "live").length;
  }

  /** Resolves when everyone is live. @throws Error when the room can't be watched, or not everyone is live in time. */
  async connect({ onProgress, deadlineMs = 30_000 }: ConnectOptions = {}): Promise<void> {
    const deadline = performance.now() + deadlineMs;
    for (let live = this.live; live < this.all.length; live = this.live) {
      onProgress?.(live);
      if (this.#refusal !== undefined) {
        throw new Error(`the room can't be watched: ${this.#refusal.status} ${this.#refusal.code}`);
      }
      if (performance.now() > deadline) {
        throw new Error(`only ${live} of ${this.all.length} viewers are live after ${deadlineMs / 1000} s`);
      }
      this.#startSome();
      await pause(tickMs);
    }
    onProgress?.(this.live);
  }

  #startSome(): void {
    const connecting = this.all.filter(({ phase }) => phase === "connecting").length;
    const idle = this.all.flatMap((viewer, index) => (viewer.phase === "idle" ? [{ viewer, index }] : []));
    for (const { viewer, index } of idle.slice(0, connectingMax - connecting)) {
      // In pairs, so that with mixed transports each node gets both.
      viewer.connect(this.#urls[Math.floor(index / 2) % this.#urls.length] ?? "");
    }
  }

  /** Replaces the nodes that lost viewers come back to. */
  useUrls(urls: readonly string[]): void {
    this.#urls = urls;
  }

  /** Resolves when everyone has all up to `seq`, or the time is up; says which. */
  async caughtUp(seq: number, deadlineMs: number): Promise<boolean> {
    const deadline = performance.now() + deadlineMs;
    const behind = () => this.all.some(({ sequence }) => (sequence.position ?? -1) < seq);
    while (behind() && performance.now() < deadline) await pause(tickMs);
    return !behind();
  }

  /** The sums. Gaps are counted exactly up to `upTo`; left out, they are only hinted at, at little cost. */
  report(upTo?: number): ViewersReport {
    return sum(this.all, upTo);
  }

  [Symbol.dispose](): void {
    clearInterval(this.#silence);
    for (const viewer of this.all) viewer.close();
  }
}
