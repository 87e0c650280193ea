import { type Database, listAdministrators } from "@barrage/db";
import type { NodeBoard } from "@barrage/platform";
import { adminProcedure, createRouter } from "../../trpc/procedures.ts";
import { createConfigProcedures } from "./config-procedures.ts";
import type { ConfigService } from "./config-service.ts";

export interface OpsRouterDeps {
  readonly database: Database;
  readonly config: ConfigService;
  readonly board: Pick<NodeBoard, "list">;
}

/** `ops.*`: what runs the platform, for administrators alone. */
export function createOpsRouter({ database, config, board }: OpsRouterDeps) {
  return createRouter({
    administrators: adminProcedure.query(async () => {
      const users = await listAdministrators(database.orm);
      return users.map(({ id, name }) => ({ id, name }));
    }),
    nodes: adminProcedure.query(() => board.list()),
    config: createRouter(createConfigProcedures(config)),
  });
}
