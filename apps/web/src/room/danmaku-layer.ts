import type { DanmakuSettings } from "../lib/danmaku-settings.ts";
import type { MessageLine } from "./chat-line.ts";
import { type DanmakuMedia, type DanmakuSheet, danmakuRows, openDanmakuSheet } from "./danmaku-sheet.ts";

/** Text flying over the picture. */
export interface DanmakuLayer {
  /** Lets a message fly, unless the picture is full or hidden. Our own always fly. */
  readonly fly: (line: MessageLine, own: boolean) => void;
  /** Fits what flies to new settings, or to a new size of the container. */
  readonly arrange: (settings: DanmakuSettings) => void;
  readonly close: () => void;
}

/**
 * The engine keeps every comment it was ever given (it is made for films). In a live room it would grow without end, so
 * after this many a fresh sheet takes over and the old one goes when its last comment has left the picture.
 */
const emittedMax = 1500;
/** Of every row of text, at most this many comments a second start: beyond it they would only cover each other. */
const startsPerRowAndSecond = 0.5;

/** A layer in `container`, which must be positioned. Call `close` before the container goes. */
export function createDanmakuLayer(
  container: HTMLElement,
  initial: DanmakuSettings,
  media?: DanmakuMedia,
): DanmakuLayer {
  let settings = initial;
  let sheet = openDanmakuSheet(container, settings, media);
  const leaving = new Map<DanmakuSheet, ReturnType<typeof setTimeout>>();
  const admit = createBudget(() => danmakuRows(container, settings) * startsPerRowAndSecond * settings.speed);

  const turnOver = () => {
    const old = sheet;
    sheet = openDanmakuSheet(container, settings, media);
    const leave = () => {
      leaving.delete(old);
      old.close();
    };
    leaving.set(old, setTimeout(leave, old.travelMs()));
  };

  return {
    fly: (line, own) => {
      // A hidden tab draws no frames: what is said meanwhile would all fly at once on return.
      if (document.hidden) return;
      if (!admit() && !own) return;
      if (sheet.emitted() >= emittedMax) turnOver();
      sheet.emit(line, own);
    },
    arrange: (next) => {
      settings = next;
      for (const one of [sheet, ...leaving.keys()]) one.arrange(settings);
    },
    close: () => {
      for (const [old, timer] of leaving) {
        clearTimeout(timer);
        old.close();
      }
      leaving.clear();
      sheet.close();
    },
  };
}

/** A token bucket that holds one second's worth: tells whether one more may start now. */
function createBudget(perSecond: () => number): () => boolean {
  let tokens = perSecond();
  let filledAtMs = performance.now();
  return () => {
    const nowMs = performance.now();
    tokens = Math.min(Math.max(1, perSecond()), tokens + ((nowMs - filledAtMs) / 1000) * perSecond());
    filledAtMs = nowMs;
    if (tokens < 1) return false;
    tokens -= 1;
    return true;
  };
}
