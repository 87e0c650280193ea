import { oneLineSchema } from "@barrage/domain";
import { idSchema } from "@barrage/protocol";
import { z } from "zod";
import { adminProcedure } from "../../trpc/procedures.ts";
import type { PeopleService } from "./people-service.ts";

const searchSchema = z.object({
  prefix: oneLineSchema("the beginning of the name", 64).default(""),
  isSuspended: z.boolean().default(false),
});
const userSchema = z.object({ userId: idSchema });
const suspendSchema = z.object({
  userId: idSchema,
  reason: oneLineSchema("the reason", 200).refine((text) => text.length > 0, "the reason is empty"),
  /** Null: without end. A year at most otherwise. */
  minutes: z
    .int()
    .min(1)
    .max(366 * 24 * 60)
    .nullable(),
});

/** `ops.users`, `ops.suspend`, `ops.unsuspend`, `ops.suspensions` */
export function createPeopleProcedures(people: PeopleService) {
  return {
    users: adminProcedure.input(searchSchema).query(({ input }) => people.search(input)),
    suspend: adminProcedure
      .input(suspendSchema)
      .mutation(({ ctx, input }) => people.suspend(ctx.user.id, input)),
    unsuspend: adminProcedure
      .input(userSchema)
      .mutation(({ ctx, input }) => people.unsuspend(ctx.user.id, input.userId)),
    suspensions: adminProcedure.input(userSchema).query(({ input }) => people.history(input.userId)),
  };
}
