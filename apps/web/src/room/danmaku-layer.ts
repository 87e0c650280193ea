import Danmaku from "danmaku";
import type { DanmakuSettings } from "../lib/danmaku-settings.ts";
import type { MessageLine } from "./chat-line.ts";

/** Text flying over the picture. */
export interface DanmakuLayer {
  /** Lets a message fly, unless the picture is full, hidden or switched off. */
  readonly fly: (line: MessageLine, own: boolean) => void;
  readonly apply: (settings: DanmakuSettings) => void;
  readonly resize: () => void;
  readonly clear: () => void;
  readonly close: () => void;
}

/** One of the engine's canvases, and how much it has been fed. */
interface Sheet {
  readonly engine: Danmaku;
  readonly element: HTMLElement;
  emitted: number;
}

/**
 * The engine keeps every comment it was ever given (it is made for films). In a live room it would grow without end, so
 * after this many a fresh one takes over and the old one goes when its last comment has left the picture.
 */
const emittedMax = 1500;
/** Across a 1280 px picture in about nine seconds. */
const usualSpeedPxPerSecond = 150;
const lineHeight = 1.35;
const outlinePx = 3;
/** Of every row of text, at most this many comments a second start: beyond it they would only cover each other. */
const startsPerRowAndSecond = 0.6;

/** A layer in `container`, which must be positioned. Call `close` before the container goes. */
export function createDanmakuLayer(container: HTMLElement, initial: DanmakuSettings): DanmakuLayer {
  let settings = initial;
  let sheet = openSheet(container, settings);
  let budget = budgetOf(container, settings);
  let refilledAtMs = performance.now();
  const leaving = new Set<{ readonly sheet: Sheet; readonly timer: ReturnType<typeof setTimeout> }>();

  const turnOver = () => {
    const old = sheet;
    sheet = openSheet(container, settings);
    const entry = {
      sheet: old,
      timer: setTimeout(
        () => {
          leaving.delete(entry);
          closeSheet(old);
        },
        travelMs(container, old.engine),
      ),
    };
    leaving.add(entry);
  };
  const admit = (): boolean => {
    const nowMs = performance.now();
    const perSecond = budgetOf(container, settings);
    budget = Math.min(perSecond, budget + ((nowMs - refilledAtMs) / 1000) * perSecond);
    refilledAtMs = nowMs;
    if (budget < 1) return false;
    budget -= 1;
    return true;
  };

  return {
    fly: (line, own) => {
      // A hidden tab draws no frames: what is said meanwhile would all fly at once on return.
      if (document.hidden) return;
      if (!admit() && !own) return;
      if (sheet.emitted >= emittedMax) turnOver();
      sheet.emitted += 1;
      sheet.engine.emit(commentOf(line, { own, fontPx: fontPxOf(container, settings) }));
    },
    apply: (next) => {
      settings = next;
      for (const one of [sheet, ...[...leaving].map((entry) => entry.sheet)])
        arrange(one, container, settings);
    },
    resize: () => {
      for (const one of [sheet, ...[...leaving].map((entry) => entry.sheet)])
        arrange(one, container, settings);
    },
    clear: () => sheet.engine.clear(),
    close: () => {
      for (const entry of leaving) {
        clearTimeout(entry.timer);
        closeSheet(entry.sheet);
      }
      leaving.clear();
      closeSheet(sheet);
    },
  };
}

function openSheet(container: HTMLElement, settings: DanmakuSettings): Sheet {
  const element = document.createElement("div");
  element.style.cssText = "position:absolute;inset:0 0 auto 0;overflow:hidden";
  container.append(element);
  element.style.height = `${heightPxOf(container, settings)}px`;
  const sheet = { engine: new Danmaku({ container: element, engine: "canvas" }), element, emitted: 0 };
  arrange(sheet, container, settings);
  return sheet;
}

function arrange({ engine, element }: Sheet, container: HTMLElement, settings: DanmakuSettings): void {
  element.style.height = `${heightPxOf(container, settings)}px`;
  element.style.opacity = String(settings.opacity);
  // A narrow picture is crossed more slowly, so that there is as much time to read.
  const narrowing = Math.min(1, Math.max(0.45, container.clientWidth / 1280));
  engine.speed = usualSpeedPxPerSecond * settings.speed * narrowing;
  engine.resize();
}

function closeSheet({ engine, element }: Sheet): void {
  engine.destroy();
  element.remove();
}

function travelMs(container: HTMLElement, engine: Danmaku): number {
  return (container.clientWidth / engine.speed) * 1000 + 500;
}

function fontPxOf(container: HTMLElement, settings: DanmakuSettings): number {
  return Math.round(Math.min(30, Math.max(15, container.clientWidth / 42)) * settings.size);
}

/** As the engine computes it: a line of text and its outline above and below. */
function rowPxOf(container: HTMLElement, settings: DanmakuSettings): number {
  return Math.ceil(fontPxOf(container, settings) * lineHeight) + 2 * outlinePx;
}

/** Whole rows alone: where rows run out the engine begins again at the top, and else it would begin between two rows. */
function heightPxOf(container: HTMLElement, settings: DanmakuSettings): number {
  const rowPx = rowPxOf(container, settings);
  return Math.max(2, Math.floor((container.clientHeight * settings.area) / rowPx)) * rowPx;
}

function budgetOf(container: HTMLElement, settings: DanmakuSettings): number {
  const rows = heightPxOf(container, settings) / rowPxOf(container, settings);
  return Math.max(1, rows * startsPerRowAndSecond * settings.speed);
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

function textOf({ content, by }: MessageLine): string {
  switch (content.kind) {
    case "danmaku":
      return content.text;
    case "super":
      return `★ ${by.name}: ${content.text}`;
    case "gift":
      return "";
  }
}

function modeOf({ content }: MessageLine): "rtl" | "top" | "bottom" {
  return content.kind !== "danmaku" || content.mode === "scroll" ? "rtl" : content.mode;
}
