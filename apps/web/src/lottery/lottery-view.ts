import type { inferRouterOutputs } from "@trpc/server";
import type { AppRouter } from "../lib/app-router.ts";

type Outputs = inferRouterOutputs<AppRouter>["lottery"];

/** A lottery as the api answers it. */
export type LotteryView = Outputs["get"];

/** A line of a lottery's public record. */
export type AuditLine = Outputs["audit"][number];

/** Whether a lottery can still change. */
export function isRunning({ state }: Pick<LotteryView, "state">): boolean {
  return state !== "drawn" && state !== "cancelled";
}

/** What the api is asked with for one lottery; `password` is a private room's, unless the viewer is let in without. */
export function lotteryInput(id: string, password: string | undefined) {
  return { id, ...(password === undefined ? {} : { password }) };
}
