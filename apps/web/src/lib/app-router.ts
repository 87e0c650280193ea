import type { AppRouter } from "@barrage/api";
import type { inferRouterOutputs } from "@trpc/server";

export type { AppRouter };

type Outputs = inferRouterOutputs<AppRouter>;

/** A room as the api answers it. */
export type RoomView = Outputs["rooms"]["get"];

/** A room's past or present sitting. */
export type SessionView = Outputs["rooms"]["sessions"]["items"][number];
