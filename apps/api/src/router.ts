import { createUsersRouter } from "./features/users/users-router.ts";
import { createRouter } from "./trpc/procedures.ts";

/** The whole of the api's procedures, made of the features' routers. */
export function createAppRouter() {
  return createRouter({ users: createUsersRouter() });
}

/** The type that clients are written against. */
export type AppRouter = ReturnType<typeof createAppRouter>;
