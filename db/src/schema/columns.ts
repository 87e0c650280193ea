import { sql } from "drizzle-orm";
import { timestamp } from "drizzle-orm/pg-core";

/** A moment with time zone, as a Date. */
export const moment = (name: string) => timestamp(name, { withTimezone: true, mode: "date" });

/** When the row was written, by Postgres' clock. */
export const createdAt = () => moment("created_at").notNull().default(sql`now()`);
