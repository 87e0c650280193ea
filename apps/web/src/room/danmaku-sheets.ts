import type { DanmakuPicture } from "./danmaku-picture.ts";
import { type DanmakuMedia, type DanmakuSeat, type DanmakuSheet, openDanmakuSheet } from "./danmaku-sheet.ts";
import type { DanmakuText } from "./danmaku-text.ts";

/** Sheets that take over from one another, for a room that never ends. */
export interface DanmakuSheets extends Pick<DanmakuSheet, "emit" | "arrange" | "close"> {
  /** The time that text flies by: it stands in a pause. */
  readonly nowMs: () => number;
}

interface OldSheet {
  readonly sheet: DanmakuSheet;
  readonly sinceMs: number;
}

/**
 * The engine keeps every comment it was ever given (it is made for films). In a live room it would grow without end, so
 * after this many a fresh sheet takes over and the old one goes when its last comment has left the picture.
 */
const emittedMax = 1500;

/** Call `close` before the container goes. */
export function openDanmakuSheets(
  container: HTMLElement,
  first: { readonly picture: DanmakuPicture; readonly opacity: number; readonly media?: DanmakuMedia },
): DanmakuSheets {
  const { media } = first;
  let { picture, opacity } = first;
  const nowMs = () => (media === undefined ? performance.now() : media.currentTime * 1000);
  const open = () => {
    const sheet = openDanmakuSheet(container, media);
    sheet.arrange(picture, opacity);
    return sheet;
  };
  let sheet = open();
  let old: readonly OldSheet[] = [];

  const turnOver = () => {
    old = [...old, { sheet, sinceMs: nowMs() }];
    sheet = open();
  };
  const closeEmpty = () => {
    const isEmpty = ({ sinceMs }: OldSheet) => nowMs() - sinceMs > picture.sky.travelMs;
    for (const one of old.filter(isEmpty)) one.sheet.close();
    old = old.filter((one) => !isEmpty(one));
  };

  return {
    nowMs,
    emit: (text: DanmakuText, seat: Readonly<DanmakuSeat>) => {
      if (sheet.emitted() >= emittedMax) turnOver();
      if (old.length > 0) closeEmpty();
      sheet.emit(text, seat);
    },
    arrange: (nextPicture, nextOpacity) => {
      picture = nextPicture;
      opacity = nextOpacity;
      for (const one of [sheet, ...old.map((older) => older.sheet)]) one.arrange(picture, opacity);
    },
    close: () => {
      for (const one of old) one.sheet.close();
      old = [];
      sheet.close();
    },
  };
}
