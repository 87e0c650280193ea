import { type Database, listAdministrators } from "@barrage/db";
import type { ProcessBoard } from "@barrage/platform";
import { appErrorOf, toTrpcError } from "../../trpc/error-shape.ts";
import { adminProcedure, createRouter } from "../../trpc/procedures.ts";
import { createConfigProcedures } from "./config-procedures.ts";
import type { ConfigService } from "./config-service.ts";
import type { LiveService } from "./live-service.ts";
import { createPeopleProcedures } from "./people-procedures.ts";
import type { PeopleService } from "./people-service.ts";

export interface OpsRouterDeps {
  readonly database: Database;
  readonly config: ConfigService;
  readonly people: PeopleService;
  readonly live: Pick<LiveService, "watch">;
  readonly board: Pick<ProcessBoard, "list">;
}

/** `ops.*`: what runs the platform, for administrators alone. */
export function createOpsRouter({ database, config, people, board, live }: OpsRouterDeps) {
  return createRouter({
    /** Pushed: see {@link LiveService.watch}. */
    watch: adminProcedure.subscription(async function* ({ signal }) {
      try {
        yield* live.watch(signal);
      } catch (error) {
        throw toTrpcError(appErrorOf(error));
      }
    }),
    administrators: adminProcedure.query(async () => {
      const users = await listAdministrators(database.orm);
      return users.map(({ id, name }) => ({ id, name }));
    }),
    nodes: adminProcedure.query(() => board.list().map(({ details: _details, ...node }) => node)),
    ...createPeopleProcedures(people),
    config: createRouter(createConfigProcedures(config)),
  });
}
