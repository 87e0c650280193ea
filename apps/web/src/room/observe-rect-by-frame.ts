import { observeElementRect, type Virtualizer } from "@tanstack/react-virtual";

/**
 * How a list learns its own size: as the library does it, but a frame later. Rows that go while the size is being
 * reported (a phone's keyboard leaves no room for them) are still observed, and have a size that can't be reported any
 * more: browsers call that an error of the page, "ResizeObserver loop completed with undelivered notifications".
 *
 * @returns ends it
 */
export function observeRectByFrame(
  list: Virtualizer<HTMLDivElement, Element>,
  onRect: Parameters<typeof observeElementRect>[1],
): () => void {
  let isFirst = true;
  let frame = 0;
  const stop = observeElementRect(list, (rect) => {
    // Told at once, before anything is drawn.
    if (isFirst) onRect(rect);
    else {
      cancelAnimationFrame(frame);
      frame = requestAnimationFrame(() => onRect(rect));
    }
    isFirst = false;
  });
  return () => {
    cancelAnimationFrame(frame);
    stop?.();
  };
}
