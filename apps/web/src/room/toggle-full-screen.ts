/** Gives an element the whole screen, or takes it back. */
export function toggleFullScreen(element: HTMLElement | null): void {
  const change =
    document.fullscreenElement === null ? element?.requestFullscreen() : document.exitFullscreen();
  // Refused by the browser (an embedded page, say): the picture stays as it is.
  change?.catch(() => undefined);
}
