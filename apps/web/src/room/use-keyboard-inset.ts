import { useEffect, useState } from "react";

/**
 * How much of the page a phone's keyboard covers, in px. Browsers that resize the page for it (as index.html asks) give
 * 0; Safari on iOS does not, and would hide the message box.
 */
export function useKeyboardInset(): number {
  const [insetPx, setInsetPx] = useState(0);
  useEffect(() => {
    const viewport = window.visualViewport;
    if (viewport === null) return;
    const measure = () => {
      // Pinch zoom shrinks the visual viewport too, and is no keyboard.
      const covered = viewport.scale > 1.01 ? 0 : window.innerHeight - viewport.height - viewport.offsetTop;
      setInsetPx(Math.max(0, Math.round(covered)));
    };
    viewport.addEventListener("resize", measure);
    viewport.addEventListener("scroll", measure);
    return () => {
      viewport.removeEventListener("resize", measure);
      viewport.removeEventListener("scroll", measure);
    };
  }, []);
  return insetPx;
}
