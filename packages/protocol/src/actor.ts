import { z } from "zod";
import { idSchema } from "./id.ts";

/** What somebody is in a room. */
export const roleSchema = z.enum(["host", "moderator", "viewer"]);

/** What somebody is in a room. */
export type Role = z.infer<typeof roleSchema>;

/** A user as others see them. */
export const userRefSchema = z.object({ id: idSchema, name: z.string() });

/** A user as others see them. */
export type UserRef = z.infer<typeof userRefSchema>;

/** Who did something, with the role they had at that moment. */
export const actorSchema = userRefSchema.extend({ role: roleSchema });

/** Who did something, with the role they had at that moment. */
export type Actor = z.infer<typeof actorSchema>;
