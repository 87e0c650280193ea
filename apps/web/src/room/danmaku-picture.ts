import type { Sky } from "@barrage/domain";
import type { DanmakuSettings } from "../lib/danmaku-settings.ts";

/** What the size of a picture and the viewer's settings make of danmaku. */
export interface DanmakuPicture {
  readonly sky: Sky;
  readonly fontPx: number;
  readonly speedPxPerSecond: number;
}

/** Across a 1280 px picture in about nine seconds. */
const usualSpeedPxPerSecond = 150;
/** As a share of the text's size. */
export const danmakuLineHeight = 1.25;
/** Around every letter. */
export const danmakuOutlinePx = 3;

/** The upper part of `container`, as far as the viewer wants danmaku there. */
export function danmakuPictureOf(container: HTMLElement, settings: DanmakuSettings): DanmakuPicture {
  const { clientWidth: widthPx, clientHeight } = container;
  const fontPx = Math.round(Math.min(30, Math.max(14, widthPx / 42)) * settings.size);
  const rowPx = danmakuHeightPx(fontPx);
  const rows = Math.max(2, Math.floor((clientHeight * settings.area) / rowPx));
  // A narrow picture is crossed more slowly, so that there is as much time to read.
  const narrowing = Math.min(1, Math.max(0.55, widthPx / 1280));
  const speedPxPerSecond = usualSpeedPxPerSecond * settings.speed * narrowing;
  return {
    sky: {
      widthPx,
      heightPx: rows * rowPx,
      rowPx,
      travelMs: (widthPx / speedPxPerSecond) * 1000,
      gapPx: fontPx,
    },
    fontPx,
    speedPxPerSecond,
  };
}

/** Of one line, as the engine draws it. */
export function danmakuHeightPx(fontPx: number): number {
  return Math.ceil(fontPx * danmakuLineHeight) + 2 * danmakuOutlinePx;
}
