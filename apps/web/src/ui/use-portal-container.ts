import { useSyncExternalStore } from "react";

/**
 * Where overlays are drawn: in the element that has the full screen, since everything else is beneath it; null: in the
 * page's body, as ever.
 */
export function usePortalContainer(): HTMLElement | null {
  return useSyncExternalStore(subscribe, fullScreenElement);
}

function subscribe(onChange: () => void): () => void {
  document.addEventListener("fullscreenchange", onChange);
  return () => document.removeEventListener("fullscreenchange", onChange);
}

function fullScreenElement(): HTMLElement | null {
  const element = document.fullscreenElement;
  // A video with the browser's own controls shows nothing that is put into it, and may itself stand in a dialog.
  return element instanceof HTMLElement && !(element instanceof HTMLMediaElement) ? element : null;
}
