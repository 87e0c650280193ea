import type { Page } from "playwright-core";
import { z } from "zod";

const seenSchema = z.object({
  /** The most texts in one picture. */
  most: z.number(),
  /** In how many rows text was drawn. */
  rows: z.number(),
  /** Texts that covered each other: the first few. */
  covering: z.array(z.string()),
  /** What the browser had to say of the page's script. */
  errors: z.array(z.string()),
});

/** Looks at every picture of danmaku that the page draws from its next load on. @returns tells what was seen until then */
export async function watchDanmaku(page: Page): Promise<() => Promise<z.infer<typeof seenSchema>>> {
  await page.addInitScript(() => {
    interface Box {
      readonly left: number;
      readonly top: number;
      readonly right: number;
      readonly bottom: number;
    }
    const seen = { most: 0, rows: 0, covering: Array.of<string>(), errors: Array.of<string>() };
    Object.assign(window, { danmakuSeen: seen });
    const rows = new Set<number>();
    let boxes: Box[] = [];
    window.addEventListener("error", ({ message }) => seen.errors.push(message));

    const look = () => {
      seen.most = Math.max(seen.most, boxes.length);
      for (const [index, a] of boxes.entries()) {
        rows.add(a.top);
        for (const b of boxes.slice(0, index)) {
          const isApart = a.right <= b.left || b.right <= a.left || a.bottom <= b.top || b.bottom <= a.top;
          if (!isApart && seen.covering.length < 5) seen.covering.push(JSON.stringify([a, b]));
        }
      }
      seen.rows = rows.size;
      boxes = [];
    };
    const prototype = CanvasRenderingContext2D.prototype;
    // The engine clears before each picture.
    const watched = (name: "clearRect" | "drawImage", see: (args: readonly unknown[]) => void) =>
      Reflect.set(
        prototype,
        name,
        new Proxy(prototype[name], {
          apply(draw, context: CanvasRenderingContext2D, args: unknown[]) {
            if (context.canvas.closest("[data-testid=danmaku]") !== null) see(args);
            Reflect.apply(draw, context, args);
          },
        }),
      );
    // The engine clears before each picture.
    watched("clearRect", look);
    watched("drawImage", ([image, left, top]) => {
      // Text that has lost its row is drawn far above.
      if (!(image instanceof HTMLCanvasElement) || typeof left !== "number" || typeof top !== "number")
        return;
      if (top >= 0) boxes.push({ left, top, right: left + image.width, bottom: top + image.height });
    });
  });
  return async () => seenSchema.parse(await page.evaluate((): unknown => Reflect.get(window, "danmakuSeen")));
}
