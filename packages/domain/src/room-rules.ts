import { visibilitySchema } from "@barrage/protocol";
import { z } from "zod";
import { codePointsOf } from "./message-text.ts";
import { hasForbidden, isVisible, withoutHints } from "./text-characters.ts";

/** Text on one line, up to `max` code points: empty, or something to be seen. `name` is what faults call it. */
export const oneLineSchema = (name: string, max: number) =>
  z
    .string()
    .transform((text) => withoutHints(text).normalize("NFC").replace(/\s+/gu, " ").trim())
    .refine((text) => !hasForbidden(text), `${name} has characters that are not allowed`)
    .refine((text) => text === "" || isVisible(text), `${name} has nothing that can be seen`)
    .refine((text) => codePointsOf(text) <= max, `${name} has more than ${max} characters`);

/** A room's title: 1–80 code points on one line. */
export const roomTitleSchema = oneLineSchema("the title", 80).refine(
  (text) => text.length > 0,
  "the title is empty",
);

/** A room's description: up to 500 code points. */
export const roomDescriptionSchema = oneLineSchema("the description", 500);

/** The password of a private room: 4–64 characters. */
export const roomPasswordSchema = z
  .string()
  .min(4, "must have at least 4 characters")
  .max(64, "must have at most 64 characters");

/** The pause between two messages of one viewer, in milliseconds; 0 is off. */
export const slowModeMsSchema = z.int().min(0).max(120_000);

/** What a host fills in for a new room. A private room, and no other, has a password. */
export const newRoomSchema = z
  .object({
    title: roomTitleSchema,
    description: roomDescriptionSchema.default(""),
    visibility: visibilitySchema.default("public"),
    password: roomPasswordSchema.optional(),
  })
  .refine((room) => (room.visibility === "private") === (room.password !== undefined), {
    path: ["password"],
    message: "a private room, and no other, has a password",
  });
