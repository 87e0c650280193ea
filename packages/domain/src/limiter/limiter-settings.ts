import { z } from "zod";

/** What is shown when more is said in a room than can be read. */
export const limiterSettingsSchema = z.object({
  /** Danmaku shown per second. */
  budgetPerSecond: z.int().min(1).max(1_000),
  /** Gifts and what host and moderators say, shown one by one per second; above it, equal ones are merged. */
  dearPerSecond: z.int().min(1).max(1_000).default(40),
  /** How much of the budget merged texts (×N) may take. */
  mergedShare: z.number().min(0).max(1).default(0.3),
  /** One text is shown at most this often in a second of the room, however much place there is. */
  sameTextPerSecond: z.int().min(1).default(20),
  /** The length of a window. */
  windowMs: z.int().min(50).max(1_000).default(250),
  /** The length of a window in a room with fewer viewers than `bigRoomViewers`. */
  quickWindowMs: z.int().min(50).max(1_000).default(100),
  bigRoomViewers: z.int().min(0).default(1_000),
});

/** What is shown when more is said in a room than can be read. */
export type LimiterSettings = z.infer<typeof limiterSettingsSchema>;

/**
 * Settings that change with the log's time: asked when a window opens, with the time of the event that opens it. Must
 * answer the same for the same time on every node, or nodes choose differently.
 */
export type LimiterSettingsAt = (logMs: number) => LimiterSettings;
