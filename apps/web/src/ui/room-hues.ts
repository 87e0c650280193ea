/** Three hues that look well together in the dark: the base, its light and its shade. */
export type RoomHues = readonly [number, number, number];

// Chosen by eye: dark yellows and olives look like mud, so no room gets one.
const palettes: readonly RoomHues[] = [
  [350, 25, 310],
  [18, 48, 345],
  [40, 12, 62],
  [165, 195, 145],
  [192, 225, 165],
  [222, 255, 195],
  [250, 285, 225],
  [278, 312, 250],
  [305, 340, 275],
  [330, 8, 295],
];

/** The palette of a room by its `coverHue` (0–359). */
export function roomHuesOf(coverHue: number): RoomHues {
  return palettes[Math.floor((coverHue / 360) * palettes.length) % palettes.length] ?? [250, 285, 225];
}
