import Danmaku from "danmaku";
import type { DanmakuSettings } from "../lib/danmaku-settings.ts";
import type { MessageLine } from "./chat-line.ts";

/** One canvas of the engine, over the upper part of `container`. */
export interface DanmakuSheet {
  readonly emit: (line: MessageLine, own: boolean) => void;
  /** How many comments it was given so far; it forgets none. */
  readonly emitted: () => number;
  /** Fits it to the container's present size and to the viewer's settings. */
  readonly arrange: (settings: DanmakuSettings) => void;
  /** How long the last comment needs to leave the picture. */
  readonly travelMs: () => number;
  readonly close: () => void;
}

/** Across a 1280 px picture in about nine seconds. */
const usualSpeedPxPerSecond = 150;
const lineHeight = 1.25;
const outlinePx = 3;

/** The part of a media element that the engine uses: its time, and when it plays, pauses and jumps. */
export type DanmakuMedia = EventTarget & Pick<HTMLMediaElement, "currentTime" | "paused" | "playbackRate">;

export function openDanmakuSheet(
  container: HTMLElement,
  initial: DanmakuSettings,
  media?: DanmakuMedia,
): DanmakuSheet {
  const element = document.createElement("div");
  element.style.cssText = "position:absolute;inset:0 0 auto 0;overflow:hidden";
  container.append(element);
  element.style.height = `${heightPxOf(container, initial)}px`;
  // Safe: the engine reads these properties and listens, and nothing else.
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion
  const clock = media === undefined ? {} : { media: media as HTMLMediaElement };
  const engine = new Danmaku({ container: element, engine: "canvas", ...clock });
  let emitted = 0;
  let fontPx = fontPxOf(container, initial);

  const arrange = (settings: DanmakuSettings) => {
    fontPx = fontPxOf(container, settings);
    element.style.height = `${heightPxOf(container, settings)}px`;
    element.style.opacity = String(settings.opacity);
    // A narrow picture is crossed more slowly, so that there is as much time to read.
    const narrowing = Math.min(1, Math.max(0.55, container.clientWidth / 1280));
    engine.speed = usualSpeedPxPerSecond * settings.speed * narrowing;
    engine.resize();
  };
  arrange(initial);
  return {
    emit: (line, own) => {
      emitted += 1;
      engine.emit(commentOf(line, { own, fontPx }));
    },
    emitted: () => emitted,
    arrange,
    travelMs: () => (container.clientWidth / engine.speed) * 1000 + 500,
    close: () => {
      engine.destroy();
      element.remove();
    },
  };
}

/** How many rows of text there are in `container`. */
export function danmakuRows(container: HTMLElement, settings: DanmakuSettings): number {
  const rows = (container.clientHeight * settings.area) / rowPxOf(fontPxOf(container, settings));
  return Math.max(2, Math.floor(rows));
}

/** Whole rows alone: where rows run out the engine begins again at the top, and else it would begin between two rows. */
function heightPxOf(container: HTMLElement, settings: DanmakuSettings): number {
  return danmakuRows(container, settings) * rowPxOf(fontPxOf(container, settings));
}

/** As the engine computes it: a line of text and its outline above and below. */
function rowPxOf(fontPx: number): number {
  return Math.ceil(fontPx * lineHeight) + 2 * outlinePx;
}

function fontPxOf(container: HTMLElement, settings: DanmakuSettings): number {
  return Math.round(Math.min(30, Math.max(14, container.clientWidth / 42)) * settings.size);
}

function commentOf(line: MessageLine, { own, fontPx }: { readonly own: boolean; readonly fontPx: number }) {
  const { content } = line;
  const special = content.kind === "super";
  const style: Partial<CanvasRenderingContext2D> = {
    font: `${special || own ? 700 : 600} ${fontPx}px/${lineHeight} ui-sans-serif, system-ui, "PingFang SC", "Noto Sans CJK SC", sans-serif`,
    fillStyle: special ? "#ffcf66" : content.kind === "danmaku" ? content.color : "#ffffff",
    // Our own words are told by their outline; everybody's need one, to be read over any picture.
    strokeStyle: own ? "rgb(150 84 0 / 0.95)" : "rgb(8 10 18 / 0.85)",
    lineWidth: outlinePx,
    lineJoin: "round",
    textBaseline: "bottom",
  };
  // Safe: the engine copies the keys that are there onto a real context; its types only forgot to say "partial".
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion
  return { text: textOf(line), mode: modeOf(line), style: style as CanvasRenderingContext2D };
}

function textOf({ content, by, saidBy }: MessageLine): string {
  switch (content.kind) {
    case "danmaku":
      return saidBy === undefined ? content.text : `${content.text} ×${saidBy}`;
    case "super":
      return `★ ${by.name}: ${content.text}`;
    case "gift":
      return "";
  }
}

function modeOf({ content }: MessageLine): "rtl" | "top" | "bottom" {
  return content.kind !== "danmaku" || content.mode === "scroll" ? "rtl" : content.mode;
}
