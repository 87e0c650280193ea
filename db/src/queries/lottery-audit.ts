import type { Actor } from "@barrage/protocol";
import { asc, eq } from "drizzle-orm";
import type { Orm } from "../database.ts";
import { lotteryAudit } from "../schema/index.ts";

/** What can happen to a lottery. */
export type AuditAction = (typeof lotteryAudit.$inferSelect)["action"];

/** Something that is going into the record. */
export interface NewAuditRow {
  readonly lotteryId: string;
  readonly action: AuditAction;
  /** Null: the server itself, because it was time. */
  readonly by: Actor | null;
  readonly detail: Readonly<Record<string, unknown>>;
}

/** Adds to a lottery's record, in the transaction of what it tells of. Nothing there can be changed: a trigger sees to it. */
export async function appendToAudit(orm: Orm, row: NewAuditRow): Promise<void> {
  await orm.insert(lotteryAudit).values(row);
}

/** A line of the record. */
export interface AuditRow {
  readonly at: Date;
  readonly action: AuditAction;
  readonly by: unknown;
  readonly detail: unknown;
}

/** A lottery's whole record in order. */
export async function listAudit(orm: Orm, lotteryId: string): Promise<readonly AuditRow[]> {
  return orm
    .select({
      at: lotteryAudit.at,
      action: lotteryAudit.action,
      by: lotteryAudit.by,
      detail: lotteryAudit.detail,
    })
    .from(lotteryAudit)
    .where(eq(lotteryAudit.lotteryId, lotteryId))
    .orderBy(asc(lotteryAudit.id));
}
