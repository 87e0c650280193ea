import type { Choice } from "./choose-danmaku.ts";
import { keyedHash } from "./keyed-hash.ts";
import type { LimiterItem } from "./limiter-item.ts";
import type { LimiterSettings, LimiterSettingsAt } from "./limiter-settings.ts";
import {
  collect,
  type Decision,
  decideWindow,
  isBeyondBurst,
  type LimiterWindow,
  openWindow,
} from "./limiter-window.ts";
import { createPerSecondCounter } from "./per-second-counter.ts";

/** The limiter of one room and one budget: fed with the room's log in order, it says what is shown. */
export interface RoomLimiter {
  /** Takes the next event; returns the runs that its coming decides, in log order. */
  push(item: LimiterItem): Decision[];
  /**
   * Decides the open window without waiting for the next event, for when the room has fallen silent. An event of that
   * window which comes even later gets what places are left.
   */
  flush(): Decision[];
  /** Other settings, from the next window on. To be called where the log changes them, so that all nodes do alike. */
  configure(settings: LimiterSettings | LimiterSettingsAt): void;
  /** Danmaku that came after their window had been decided by {@link RoomLimiter.flush}: nodes may differ there. */
  readonly lateCount: number;
  /** How long a silence is worth a {@link flush}, in milliseconds; undefined while nothing waits. */
  readonly flushAfterMs: number | undefined;
}

/** More senders, or texts, are not told apart in one second. */
const namesPerSecondMax = 50_000;

/** Beside the two seconds that senders and texts are counted for: events that were overtaken, and the first window. */
const memorySlackMs = 1_000;

/** Whoever starts this much earlier in the log decides as if from its beginning. In milliseconds of the log's time. */
export const limiterMemoryMs = (settings: LimiterSettings): number =>
  2_000 + memorySlackMs + Math.max(settings.windowMs, settings.quickWindowMs);

/**
 * Creates the limiter of a room: a deterministic function of its log and its settings, with bounded memory. Windows
 * are cut by the events' own time: the time of the log is the latest `at` so far, so an event that was overtaken
 * belongs to the window in which it came, on every node. Whoever starts two seconds and a window back in the log
 * decides as if from its beginning.
 *
 * A window is crowded when more came in the one before than could be shown. Calm windows delay nothing.
 *
 * A session that starts makes it forget everything but its settings: what is shown of a session depends on that alone,
 * so that a replay, which reads nothing else, shows the same.
 */
export function createRoomLimiter(roomId: string, initial: LimiterSettings | LimiterSettingsAt): RoomLimiter {
  let settings = initial;
  let lateBefore = 0;
  let session = createSessionLimiter(roomId, initial);
  return {
    push(item) {
      if (item.startsSession !== true) return session.push(item);
      const decided = session.flush();
      lateBefore += session.lateCount;
      session = createSessionLimiter(roomId, settings);
      return [...decided, ...session.push(item)];
    },
    flush: () => session.flush(),
    configure(next) {
      settings = next;
      session.configure(next);
    },
    get lateCount() {
      return lateBefore + session.lateCount;
    },
    get flushAfterMs() {
      return session.flushAfterMs;
    },
  };
}

function createSessionLimiter(roomId: string, initial: LimiterSettings | LimiterSettingsAt): RoomLimiter {
  let settings = initial;
  let lateCount = 0;
  const senders = createPerSecondCounter(namesPerSecondMax);
  const texts = createPerSecondCounter(namesPerSecondMax);
  const context = {
    seed: keyedHash(roomId, 0),
    recentOf: (senderId: string) => senders.recent(senderId),
  };
  let viewers = 0;
  let logMs = 0;
  let window: LimiterWindow | undefined;

  const openNext = () => openWindow(logMs, windowSettings(settings, { logMs, viewers }), window);
  const takesPlace = (current: LimiterWindow, item: LimiterItem) => {
    if (current.placesTaken >= current.places && isBeyondBurst(current)) return false;
    if (texts.add(item.text, logMs) > current.sameTextPerSecond) return false;
    current.placesTaken += 1;
    return true;
  };

  return {
    push(item) {
      logMs = Math.max(logMs, item.atMs);
      viewers = item.viewers ?? viewers;
      const ended = window !== undefined && logMs >= window.endMs;
      const decided = window !== undefined && ended ? decideWindow(window, context) : [];
      window = window === undefined || ended ? openNext() : window;
      if (window.isFlushed && item.priority === 3) lateCount += 1;
      if (item.priority === 3) {
        window.danmakuCame += 1;
        senders.add(item.senderId, logMs);
      } else window.dearCame += 1;
      if (window.crowded) {
        collect(window, item);
        return decided;
      }
      const shown = item.priority !== 3 || takesPlace(window, item) ? [{ seq: item.seq, count: 1 }] : [];
      return [...decided, { untilSeq: item.seq, total: 1, shown }];
    },
    flush: () => (window === undefined ? [] : decideEarly(window, context)),
    configure(next) {
      settings = next;
    },
    get lateCount() {
      return lateCount;
    },
    get flushAfterMs() {
      return window !== undefined && window.undecided > 0 ? 2 * window.lengthMs : undefined;
    },
  };
}

/** What holds for the window that opens at `logMs`, from its beginning to its end. */
function windowSettings(
  settings: LimiterSettings | LimiterSettingsAt,
  { logMs, viewers }: { readonly logMs: number; readonly viewers: number },
) {
  const now = typeof settings === "function" ? settings(logMs) : settings;
  return { ...now, lengthMs: lengthMsOf(now, viewers) };
}

const lengthMsOf = (settings: LimiterSettings, viewers: number): number =>
  viewers < settings.bigRoomViewers ? settings.quickWindowMs : settings.windowMs;

function decideEarly(window: LimiterWindow, context: Pick<Choice, "seed" | "recentOf">): Decision[] {
  window.isFlushed ||= window.undecided > 0;
  return decideWindow(window, context);
}
