import { z } from "zod";
import { adminProcedure } from "../../trpc/procedures.ts";
import type { ConfigService } from "./config-service.ts";

const keySchema = z.string().min(1).max(100);
const revisionSchema = z.int().nonnegative();
const setSchema = z.object({
  key: keySchema,
  /** null: back to the default. What it may be, the setting's own schema says. */
  value: z.unknown(),
  /** The revision that was seen; 0: it was never set. Left out: whatever is there is replaced. */
  expectedRevision: revisionSchema.optional(),
});
const rollbackSchema = z.object({
  key: keySchema,
  /** Left out: what held before the newest change. */
  toRevision: revisionSchema.optional(),
  expectedRevision: revisionSchema.optional(),
});

/** `ops.config.*` */
export function createConfigProcedures(config: ConfigService) {
  return {
    list: adminProcedure.query(() => config.list()),
    set: adminProcedure.input(setSchema).mutation(({ ctx, input }) => config.set(ctx.user, input)),
    history: adminProcedure
      .input(z.object({ key: keySchema }))
      .query(({ input }) => config.history(input.key)),
    rollback: adminProcedure
      .input(rollbackSchema)
      .mutation(({ ctx, input }) => config.rollback(ctx.user, input)),
  };
}
