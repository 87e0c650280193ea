import { type Database, listAdministrators } from "@barrage/db";
import { adminProcedure, createRouter } from "../../trpc/procedures.ts";

export interface OpsRouterDeps {
  readonly database: Database;
}

/** `ops.*`: what runs the platform, for administrators alone. */
export function createOpsRouter({ database }: OpsRouterDeps) {
  return createRouter({
    administrators: adminProcedure.query(async () => {
      const users = await listAdministrators(database.orm);
      return users.map(({ id, name }) => ({ id, name }));
    }),
  });
}
