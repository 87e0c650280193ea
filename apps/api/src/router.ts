import { createUsersRouter, type UsersRouterDeps } from "./features/users/users-router.ts";
import { createRouter } from "./trpc/procedures.ts";

/** What the features' routers need. */
export interface AppRouterDeps {
  readonly users: UsersRouterDeps;
}

/** The whole of the api's procedures, made of the features' routers. */
export function createAppRouter(deps: AppRouterDeps) {
  return createRouter({ users: createUsersRouter(deps.users) });
}

/** The type that clients are written against. */
export type AppRouter = ReturnType<typeof createAppRouter>;
