import { type LimiterSettings, limiterSettingsSchema } from "@barrage/domain";
import type { RoomLimits } from "@barrage/protocol";

/** What of a room is shown: everything, or what is chosen for a size of screen when more is said than can be read. */
export const viewNames = ["all", "desktop", "small"] as const;

/** What of a room is shown. */
export type ViewName = (typeof viewNames)[number];

/** Danmaku shown per second, by the size of the screen. */
export type Budgets = Readonly<Record<Exclude<ViewName, "all">, number>>;

/** @returns undefined for the view that shows everything. */
export function limiterSettingsOf(
  name: Exclude<ViewName, "all">,
  limits: RoomLimits | undefined,
  usual: Budgets,
): LimiterSettings;
export function limiterSettingsOf(
  name: ViewName,
  limits: RoomLimits | undefined,
  usual: Budgets,
): LimiterSettings | undefined;
export function limiterSettingsOf(
  name: ViewName,
  limits: RoomLimits | undefined,
  usual: Budgets,
): LimiterSettings | undefined {
  if (name === "all") return undefined;
  const own = { desktop: limits?.desktopPerSecond, small: limits?.smallPerSecond }[name];
  return limiterSettingsSchema.parse({ budgetPerSecond: own ?? usual[name] });
}

/**
 * The view for `?budget=`: a name, or a number of danmaku a second, taken as the nearest class that is at most as
 * large; a viewer that asks for less than the smallest gets the smallest.
 */
export function viewOfBudget(budget: string, usual: Budgets): Exclude<ViewName, "all"> {
  if (budget === "desktop" || budget === "small") return budget;
  return Number(budget) >= usual.desktop ? "desktop" : "small";
}
