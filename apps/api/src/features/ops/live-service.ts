import { type Database, listRoomTitles } from "@barrage/db";
import {
  type LimiterReport,
  type ProcessBoard,
  type ProcessDetails,
  type ProcessReport,
  sleepUnlessAborted,
} from "@barrage/platform";
import { AppError } from "@barrage/protocol";

/** A room that somebody watches, all push nodes added up. */
export interface WatchedRoom {
  readonly id: string;
  /** Null while it can't be told. */
  readonly title: string | null;
  readonly viewers: number;
  readonly eventsPerS: number;
  /** What is shown to each class of viewers; one that nobody is of is left out. */
  readonly limiter: readonly LimiterReport[];
  /** How many nodes serve it. */
  readonly nodes: number;
}

/** A process, as it is shown; one of an older version may tell no details. */
export interface ProcessState
  extends Pick<ProcessReport, "id" | "role" | "host" | "pid" | "startedAtMs">,
    Partial<ProcessDetails> {
  readonly isReady: boolean;
}

/** The platform as it is now. */
export interface PlatformState {
  readonly atMs: number;
  /** False while NATS is away: the rest is then as it was told last. */
  readonly isHeard: boolean;
  /** By role and then by start. */
  readonly processes: readonly ProcessState[];
  /** The ones with the most viewers. */
  readonly rooms: readonly WatchedRoom[];
  /** Where traces are looked at; null: nobody said. */
  readonly tracesUrl: string | null;
}

interface LiveServiceDeps {
  readonly board: Pick<ProcessBoard, "list" | "isHearing">;
  readonly database: Pick<Database, "orm">;
  readonly tracesUrl: string | undefined;
  readonly now: () => number;
}

/** What administrators watch. */
export interface LiveService {
  /**
   * The state now, and again every two seconds until `signal` aborts.
   * @throws AppError `draining` once this process goes away: another one has the same to tell
   */
  watch(signal: AbortSignal | undefined): AsyncGenerator<PlatformState, void>;
  /** Ends all streams, and begins no more. */
  close(): void;
}

const periodMs = 2_000;
const roomsMax = 50;
const titlesMax = 1_000;

/** See {@link LiveService}. */
export function createLiveService({ board, database, tracesUrl, now }: LiveServiceDeps): LiveService {
  const closing = new AbortController();
  const titles = new Map<string, string>();

  /** Titles are dear enough to be kept, and cheap enough to be forgotten all at once. */
  async function learnTitles(ids: readonly string[]): Promise<void> {
    const unknown = ids.filter((id) => !titles.has(id));
    if (unknown.length === 0) return;
    if (titles.size > titlesMax) titles.clear();
    try {
      for (const { id, title } of await listRoomTitles(database.orm, unknown)) titles.set(id, title);
    } catch {
      // Postgres is down, which is when one looks here: rooms go by their ids meanwhile.
    }
  }

  async function state(): Promise<PlatformState> {
    const processes = board.list().map(processState).toSorted(byRoleAndStart);
    const rooms = addedUp(processes).slice(0, roomsMax);
    await learnTitles(rooms.map(({ id }) => id));
    return {
      atMs: now(),
      isHeard: board.isHearing(),
      processes,
      rooms: rooms.map((room) => ({ ...room, title: titles.get(room.id) ?? null })),
      tracesUrl: tracesUrl ?? null,
    };
  }

  return {
    async *watch(signal) {
      const ended = signal === undefined ? closing.signal : AbortSignal.any([closing.signal, signal]);
      while (!ended.aborted) {
        yield await state();
        await sleepUnlessAborted(periodMs, ended);
      }
      if (closing.signal.aborted) throw new AppError("draining", { retryAfterMs: periodMs });
    },
    close: () => closing.abort(),
  };
}

function processState({ id, role, host, pid, startedAtMs, state, details }: ProcessReport): ProcessState {
  return { id, role, host, pid, startedAtMs, isReady: state === "ready", ...details };
}

function byRoleAndStart(a: ProcessState, b: ProcessState): number {
  return a.role.localeCompare(b.role) || a.startedAtMs - b.startedAtMs;
}

/** Each room once, the most watched first. Every node reads the same events: the highest rate is the room's. */
function addedUp(processes: readonly ProcessState[]): Omit<WatchedRoom, "title">[] {
  const rooms = new Map<string, Omit<WatchedRoom, "title">>();
  for (const { id, viewers, eventsPerS, limiter } of processes.flatMap(
    ({ realtime }) => realtime?.rooms ?? [],
  )) {
    const known = rooms.get(id) ?? { id, viewers: 0, eventsPerS: 0, limiter: [], nodes: 0 };
    rooms.set(id, {
      id,
      viewers: known.viewers + viewers,
      eventsPerS: Math.max(known.eventsPerS, eventsPerS),
      limiter: highest([...known.limiter, ...limiter]),
      nodes: known.nodes + 1,
    });
  }
  return [...rooms.values()].toSorted((a, b) => b.viewers - a.viewers || (a.id < b.id ? -1 : 1));
}

/** Each class once. Every node chooses the same: the one that reports the most has the whole stretch. */
function highest(reports: readonly LimiterReport[]): LimiterReport[] {
  const views = new Map<string, LimiterReport>();
  for (const report of reports) {
    const known = views.get(report.view);
    if (known === undefined || report.shownPerS + report.skippedPerS > known.shownPerS + known.skippedPerS)
      views.set(report.view, report);
  }
  return [...views.values()];
}
