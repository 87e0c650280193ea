import { z } from "zod";

/** How danmaku are shown over the picture on this browser. */
export const danmakuSettingsSchema = z.object({
  /** null: not chosen, so it follows the system's wish for less motion. */
  shown: z.boolean().nullable(),
  /** 0.2–1. */
  opacity: z.number().min(0.2).max(1),
  /** 0.5–2; 1 crosses the picture in about nine seconds. */
  speed: z.number().min(0.5).max(2),
  /** The share of the picture's height that they may use, from its top: 0.25–1. */
  area: z.number().min(0.25).max(1),
  /** 0.7–1.5 of the usual text size. */
  size: z.number().min(0.7).max(1.5),
});

/** How danmaku are shown over the picture on this browser. */
export type DanmakuSettings = z.infer<typeof danmakuSettingsSchema>;

export const danmakuSettingsFallback: DanmakuSettings = {
  shown: null,
  opacity: 0.95,
  speed: 1,
  area: 0.75,
  size: 1,
};
