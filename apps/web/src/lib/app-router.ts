import type { inferRouterOutputs } from "@trpc/server";
import type { AppRouter } from "/tmp/fake/router.ts";

export type { AppRouter };

type Outputs = inferRouterOutputs<AppRouter>;

/** A room as the api answers it. */
export type RoomView = Outputs["rooms"]["get"];

/** A room's past or present sitting. */
export type SessionView = Outputs["rooms"]["sessions"]["items"][number];
