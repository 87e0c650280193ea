import { createRouter, publicProcedure } from "../../trpc/procedures.ts";

/** `users.*` */
export function createUsersRouter() {
  return createRouter({
    me: publicProcedure.query(({ ctx }) => ctx.user),
  });
}
