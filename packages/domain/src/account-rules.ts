import { z } from "zod";

/** A user name: 4–31 ASCII letters, digits and `_`; one name whatever the capitals. */
export const userNameSchema = z
  .string()
  .regex(/^[A-Za-z0-9_]{4,31}$/, "must be 4 to 31 letters, digits or _");

/** A new password: 8–128 characters, whatever they are (NIST SP 800-63B asks for length, not for symbols). */
export const newPasswordSchema = z
  .string()
  .min(8, "must have at least 8 characters")
  .max(128, "must have at most 128 characters");
