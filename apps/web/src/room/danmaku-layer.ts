import { reseatDanmaku, type SeatedFlight, type Sky, seatDanmaku } from "@barrage/domain";
import type { DanmakuSettings } from "../lib/danmaku-settings.ts";
import type { MessageLine } from "./chat-line.ts";
import { danmakuPictureOf } from "./danmaku-picture.ts";
import type { DanmakuMedia, DanmakuSeat } from "./danmaku-sheet.ts";
import { openDanmakuSheets } from "./danmaku-sheets.ts";
import { createDanmakuTexts } from "./danmaku-text.ts";

/** Text flying over the picture. */
export interface DanmakuLayer {
  /** Lets a message fly, unless every row is taken or the picture hidden. Our own fly over others if they must. */
  readonly fly: (line: MessageLine, own: boolean) => void;
  /** Fits what flies to new settings, or to a new size of the container. */
  readonly arrange: (settings: DanmakuSettings) => void;
  readonly close: () => void;
}

/** A text in the picture: what the rule of rows knows of it, and the row in which it is drawn. */
interface Aloft {
  readonly flight: SeatedFlight & { readonly isOwn: boolean };
  readonly seat: DanmakuSeat;
}

/** A layer in `container`, which must be positioned. Call `close` before the container goes. */
export function createDanmakuLayer(
  container: HTMLElement,
  initial: DanmakuSettings,
  media?: DanmakuMedia,
): DanmakuLayer {
  const textFor = createDanmakuTexts();
  let picture = danmakuPictureOf(container, initial);
  const { opacity } = initial;
  const sheets = openDanmakuSheets(container, {
    picture,
    opacity,
    ...(media === undefined ? {} : { media }),
  });
  let aloft: readonly Aloft[] = [];

  return {
    fly: (line, own) => {
      // A hidden tab draws no frames: what is said meanwhile would all fly at once on return.
      if (document.hidden || picture.sky.widthPx === 0) return;
      const { sky, fontPx } = picture;
      const nowMs = sheets.nowMs();
      aloft = stillAloft(aloft, sky, nowMs);
      const text = textFor(line, own, fontPx);
      const { mode, widthPx, heightPx, isOwn } = text;
      const flight = { mode, widthPx, heightPx, isOwn, startAtMs: nowMs };
      const topPx = seatDanmaku(flight, { sky, aloft: aloft.map((one) => one.flight), nowMs });
      if (topPx === null) return;
      const seat = { topPx };
      aloft = [...aloft, { flight: { ...flight, topPx }, seat }];
      sheets.emit(text, seat);
    },
    arrange: (settings) => {
      const before = picture.sky;
      picture = danmakuPictureOf(container, settings);
      sheets.arrange(picture, settings.opacity);
      if (!isSameSky(before, picture.sky))
        aloft = reseated(aloft, { before, sky: picture.sky, nowMs: sheets.nowMs() });
    },
    close: () => {
      aloft = [];
      sheets.close();
    },
  };
}

function stillAloft(aloft: readonly Aloft[], { travelMs }: Sky, nowMs: number): readonly Aloft[] {
  return aloft.filter(({ flight }) => nowMs - flight.startAtMs < travelMs);
}

/** In other measures what kept clear of each other may meet: each text gets a row anew, or goes. */
function reseated(all: readonly Aloft[], change: Parameters<typeof reseatDanmaku>[1]): readonly Aloft[] {
  const aloft = stillAloft(all, change.sky, change.nowMs);
  const flights = aloft.map(({ flight }) => flight);
  const tops = reseatDanmaku(flights, change);
  return aloft.flatMap(({ flight, seat }, index) => {
    const topPx = tops[index] ?? null;
    seat.topPx = topPx;
    return topPx === null ? [] : [{ flight: { ...flight, topPx }, seat }];
  });
}

function isSameSky(one: Sky, other: Sky): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}
