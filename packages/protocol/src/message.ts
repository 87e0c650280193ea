import { z } from "zod";

/** How a danmaku moves over the picture. */
export const danmakuModeSchema = z.enum(["scroll", "top", "bottom"]);

/** How a danmaku moves over the picture. */
export type DanmakuMode = z.infer<typeof danmakuModeSchema>;

/** A colour as `#rrggbb`, lower case. */
export const colorSchema = z.string().regex(/^#[0-9a-f]{6}$/, "must look like #rrggbb, in lower case");

/** The gifts that can be given. A closed list: what a viewer may send is never free text. */
export const giftSchema = z.enum(["flower", "heart", "star", "rocket"]);

/** The gifts that can be given. */
export type Gift = z.infer<typeof giftSchema>;

/** How many of one gift may be given at once. */
export const giftCountSchema = z.int().min(1).max(99);
