import type { Flight } from "@barrage/domain";
import type { MessageLine } from "./chat-line.ts";
import { danmakuHeightPx, danmakuLineHeight, danmakuOutlinePx } from "./danmaku-picture.ts";

/** A message as it is drawn over the picture. */
export interface DanmakuText extends Pick<Flight, "mode" | "widthPx" | "heightPx"> {
  readonly text: string;
  readonly isOwn: boolean;
  readonly style: Partial<CanvasRenderingContext2D>;
}

/** Makes texts of messages, and measures them as the engine will. */
export function createDanmakuTexts(): (line: MessageLine, isOwn: boolean, fontPx: number) => DanmakuText {
  const ruler = document.createElement("canvas").getContext("2d");
  return (line, isOwn, fontPx) => {
    const text = textOf(line);
    const style = styleOf(line, isOwn, fontPx);
    if (ruler !== null) ruler.font = style.font;
    const inkPx = ruler?.measureText(text).width ?? text.length * fontPx;
    return {
      text,
      isOwn,
      style,
      mode: modeOf(line),
      widthPx: Math.max(1, Math.ceil(inkPx)) + 2 * danmakuOutlinePx,
      heightPx: danmakuHeightPx(fontPx),
    };
  };
}

function styleOf({ content }: MessageLine, isOwn: boolean, fontPx: number) {
  const special = content.kind === "super";
  return {
    font: `${special || isOwn ? 700 : 600} ${fontPx}px/${danmakuLineHeight} ui-sans-serif, system-ui, "PingFang SC", "Noto Sans CJK SC", sans-serif`,
    fillStyle: special ? "#ffcf66" : content.kind === "danmaku" ? content.color : "#ffffff",
    // Our own words are told by their outline; everybody's need one, to be read over any picture.
    strokeStyle: isOwn ? "rgb(150 84 0 / 0.95)" : "rgb(8 10 18 / 0.85)",
    lineWidth: danmakuOutlinePx,
    lineJoin: "round",
    textBaseline: "bottom",
  } satisfies Partial<CanvasRenderingContext2D>;
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

function modeOf({ content }: MessageLine): Flight["mode"] {
  return content.kind === "danmaku" ? content.mode : "scroll";
}
