import { type RefObject, type UIEvent, useCallback, useLayoutEffect, useRef, useState } from "react";

const nearPx = 48;

interface StickToEnd {
  readonly stuck: boolean;
  readonly onScroll: (event: UIEvent<HTMLElement>) => void;
  /** Goes to the end and stays there. */
  readonly stick: () => void;
}

/**
 * Keeps a scrolling element at its end while its content grows, until the reader scrolls up; at the end again, it sticks
 * again. Only a movement upwards lets go: content that grew by itself moves the end away, never the reader.
 */
export function useStickToEnd(element: RefObject<HTMLElement | null>): StickToEnd {
  const [stuck, setStuck] = useState(true);
  const lastTop = useRef(0);

  // After every drawing: rows are measured when they are there, so the height changes without any new line.
  useLayoutEffect(() => {
    if (stuck) element.current?.scrollTo(0, element.current.scrollHeight);
  });

  const onScroll = useCallback((event: UIEvent<HTMLElement>) => {
    const { scrollTop, scrollHeight, clientHeight } = event.currentTarget;
    const away = scrollHeight - clientHeight - scrollTop;
    if (away <= nearPx) setStuck(true);
    else if (scrollTop < lastTop.current - 2) setStuck(false);
    lastTop.current = scrollTop;
  }, []);
  const stick = useCallback(() => setStuck(true), []);
  return { stuck, onScroll, stick };
}
