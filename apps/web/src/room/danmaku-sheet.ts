import Danmaku from "danmaku";
import type { DanmakuPicture } from "./danmaku-picture.ts";
import type { DanmakuText } from "./danmaku-text.ts";

/** The row of a text, which may change on its way. */
export interface DanmakuSeat {
  /** null: out of sight. */
  topPx: number | null;
}

/** One canvas of the engine, over the upper part of `container`. */
export interface DanmakuSheet {
  /** Lets a text fly where `seat` says, from now on. */
  readonly emit: (text: DanmakuText, seat: Readonly<DanmakuSeat>) => void;
  /** How many comments it was given so far; it forgets none. */
  readonly emitted: () => number;
  /** Fits it to another size, speed or opacity. */
  readonly arrange: (picture: DanmakuPicture, opacity: number) => void;
  readonly close: () => void;
}

/** The part of a media element that the engine uses: its time, and when it plays, pauses and jumps. */
export type DanmakuMedia = EventTarget & Pick<HTMLMediaElement, "currentTime" | "paused" | "playbackRate">;

type Comment = Parameters<Danmaku["emit"]>[0];

const outOfSightPx = -10_000;

/** Call `arrange` before anything flies. */
export function openDanmakuSheet(container: HTMLElement, media?: DanmakuMedia): DanmakuSheet {
  const element = document.createElement("div");
  element.style.cssText = "position:absolute;inset:0 0 auto 0;overflow:hidden";
  container.append(element);
  // Safe: the engine reads these properties and listens, and nothing else.
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion
  const clock = media === undefined ? {} : { media: media as HTMLMediaElement };
  // The engine keeps its comments in the list that it is given.
  const comments: Comment[] = [];
  const engine = new Danmaku({ container: element, engine: "canvas", comments, ...clock });
  let emitted = 0;

  return {
    emit: ({ text, mode, style }, seat) => {
      emitted += 1;
      // Safe: the engine copies the keys that are there onto a real context; its types only forgot to say "partial".
      // oxlint-disable-next-line typescript/no-unsafe-type-assertion
      const ownStyle = { ...style } as CanvasRenderingContext2D;
      engine.emit({ text, mode: mode === "scroll" ? "rtl" : mode, style: ownStyle });
      const comment = comments.find((one) => one.style === ownStyle);
      if (comment !== undefined) keepSeated(comment, seat);
    },
    emitted: () => emitted,
    arrange: ({ sky, speedPxPerSecond }, opacity) => {
      element.style.height = `${sky.heightPx}px`;
      element.style.opacity = String(opacity);
      engine.speed = speedPxPerSecond;
      engine.resize();
    },
    close: () => {
      engine.destroy();
      element.remove();
    },
  };
}

/**
 * The engine gives each comment a row as its first frame comes, and nobody can tell it one: it never uses its last row,
 * and when all others are taken it begins again at the top, over what flies there. So its answer is not taken.
 */
function keepSeated(comment: Comment, seat: Readonly<DanmakuSeat>): void {
  Object.defineProperty(comment, "y", {
    get: () => seat.topPx ?? outOfSightPx,
    set: () => {},
  });
}
