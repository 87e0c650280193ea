import type { Histogram } from "./histogram.ts";
import type { Ledger } from "./ledger.ts";
import type { Reader, ReaderEnd, ReaderSink } from "./reader/reader.ts";
import { openSseReader } from "./reader/sse-reader.ts";
import { openWsReader } from "./reader/ws-reader.ts";
import { SequenceCheck } from "./sequence-check.ts";

/** A server's refusal to let a viewer watch. */
export type Refusal = Extract<ReaderEnd, { kind: "refused" }>;

/** What all viewers of a crowd share. */
export interface ViewerDeps {
  readonly room: string;
  readonly ledger: Ledger;
  readonly latency: Histogram;
  readonly random: () => number;
  /** A ticket per connection, for private rooms. */
  readonly ticket?: (() => Promise<string>) | undefined;
  /** Every event, not only those that the node's limiter shows. */
  readonly wantsAll?: boolean | undefined;
  /** This viewer can't be served at all: no such room, no access. */
  readonly onRefused: (refusal: Refusal) => void;
}

/** How one viewer connects. */
export interface ViewerOptions {
  readonly via: "sse" | "ws";
  /** Where to go when a connection is lost: any node will do. */
  readonly urls: () => readonly string[];
}

/** A viewer that keeps only numbers: its position, and counts. */
export interface Viewer {
  readonly sequence: SequenceCheck;
  readonly phase: "idle" | "connecting" | "live" | "closed";
  readonly reconnects: number;
  /** Times that the server said something the protocol does not know. */
  readonly nonsense: number;
  /** Connects, now or anew, to `url`, from the last position. An open connection is cut without a word. */
  connect(url: string): void;
  /** Goes for good. */
  close(): void;
  /** Reconnects when nothing came for 2.5 heartbeats. */
  checkSilence(nowMs: number): void;
}

const reconnectRangeMs = 250;
const silentHeartbeats = 2.5;

/** When a lost connection is made again; undefined: never. */
function delayAfter(end: ReaderEnd, random: () => number): number | undefined {
  const isFinal = end.kind === "refused" && end.status < 500 && end.status !== 429;
  if (isFinal) return undefined;
  const hintMs = end.kind === "goodbye" ? (end.retryAfterMs ?? 0) : 0;
  return hintMs + random() * reconnectRangeMs;
}

class LightViewer implements Viewer {
  readonly sequence: SequenceCheck;
  phase: Viewer["phase"] = "idle";
  reconnects = 0;
  nonsense = 0;
  readonly #deps: ViewerDeps;
  readonly #options: ViewerOptions;
  readonly #sink: ReaderSink;
  #reader: Reader | undefined;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #aliveAtMs = 0;
  #silenceMs = 30_000;

  constructor(deps: ViewerDeps, options: ViewerOptions) {
    this.#deps = deps;
    this.#options = options;
    this.sequence = new SequenceCheck(deps.ledger);
    this.#sink = this.#createSink();
  }

  #createSink(): ReaderSink {
    const { sequence } = this;
    const { latency } = this.#deps;
    return {
      onAlive: () => {
        this.#aliveAtMs = performance.now();
      },
      onHello: (cursor, heartbeatMs) => {
        this.#silenceMs = heartbeatMs * silentHeartbeats;
        sequence.onHello(cursor);
      },
      onLive: () => {
        this.phase = "live";
      },
      onEvent: (seq, ageMicros) => {
        if (Number.isNaN(seq)) this.nonsense++;
        else if (sequence.onEvent(seq) && ageMicros !== undefined) latency.record(ageMicros);
      },
      onSkipped: (count, cursor) => sequence.onSkipped(count, cursor),
      onReset: (cursor) => sequence.onReset(cursor),
      onEnd: (end) => this.#onEnd(end),
    };
  }

  #onEnd(end: ReaderEnd) {
    this.#reader = undefined;
    if (this.phase === "closed") return;
    if (end.kind === "nonsense") this.nonsense++;
    const delayMs = delayAfter(end, this.#deps.random);
    if (delayMs === undefined) {
      this.phase = "closed";
      if (end.kind === "refused") this.#deps.onRefused(end);
      return;
    }
    const urls = this.#options.urls();
    const url = urls[Math.floor(this.#deps.random() * urls.length)] ?? "";
    this.phase = "connecting";
    this.#timer = setTimeout(() => this.connect(url), delayMs);
  }

  connect(url: string) {
    if (this.phase === "closed") return;
    if (this.phase !== "idle") this.reconnects++;
    this.#cut();
    this.phase = "connecting";
    this.#aliveAtMs = performance.now();
    void this.#open(url);
  }

  async #open(url: string) {
    try {
      const ticket = await this.#deps.ticket?.();
      if (this.phase !== "connecting") return;
      const { room, wantsAll } = this.#deps;
      const target = { url, room, since: this.sequence.cursor, ticket, wantsAll };
      const open = this.#options.via === "sse" ? openSseReader : openWsReader;
      this.#reader = open(target, this.#sink);
    } catch {
      this.#onEnd({ kind: "lost" });
    }
  }

  #cut() {
    clearTimeout(this.#timer);
    this.#reader?.close();
    this.#reader = undefined;
  }

  close() {
    this.phase = "closed";
    this.#cut();
  }

  checkSilence(nowMs: number) {
    if (this.#reader === undefined || nowMs - this.#aliveAtMs < this.#silenceMs) return;
    this.#cut();
    this.#onEnd({ kind: "lost" });
  }
}

/** Makes a viewer that checks what it is promised: each event once, in order, or a declaration. */
export function createViewer(deps: ViewerDeps, options: ViewerOptions): Viewer {
  return new LightViewer(deps, options);
}
