import { z } from "zod";

/**
 * A moment, in milliseconds since 1970: until the end of the year 9999. Later ones JavaScript writes in a way that
 * Postgres does not read, or has no date for.
 */
export const momentSchema = z
  .int()
  .nonnegative()
  .max(Date.UTC(10_000, 0) - 1);
