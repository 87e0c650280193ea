import { type LimiterSettings, type LimiterSettingsAt, limiterSettingsSchema } from "@barrage/domain";
import type { RoomLimits } from "@barrage/protocol";

/**
 * What of a room is shown: everything, or what is chosen for a size of screen when more is said than can be read; or how
 * it stands and no more, for lists of rooms, whose readers do not count as viewers.
 */
export const viewNames = ["all", "desktop", "small", "status"] as const;

/** What of a room is shown. */
export type ViewName = (typeof viewNames)[number];

/** Danmaku shown per second, by the size of the screen. */
export type Budgets = Readonly<Record<"desktop" | "small", number>>;

/** What the limiter goes by where the room has no limits of its own. */
export interface UsualLimits extends Budgets {
  readonly sameTextPerSecond: number;
}

/** The usual limits at a moment of a room's log; the same object for as long as they are the same. */
export type UsualLimitsAt = (logMs: number) => UsualLimits;

/**
 * What the limiter of a view goes by, at each moment of the log.
 * @returns undefined for the views from which nothing is chosen.
 */
export function limiterSettingsOf(
  name: keyof Budgets,
  limits: RoomLimits | undefined,
  usualAt: UsualLimitsAt,
): LimiterSettingsAt;
export function limiterSettingsOf(
  name: ViewName,
  limits: RoomLimits | undefined,
  usualAt: UsualLimitsAt,
): LimiterSettingsAt | undefined;
export function limiterSettingsOf(
  name: ViewName,
  limits: RoomLimits | undefined,
  usualAt: UsualLimitsAt,
): LimiterSettingsAt | undefined {
  if (name === "all" || name === "status") return undefined;
  const own = { desktop: limits?.desktopPerSecond, small: limits?.smallPerSecond }[name];
  let last: { readonly usual: UsualLimits; readonly settings: LimiterSettings } | undefined;
  return (logMs) => {
    const usual = usualAt(logMs);
    if (last?.usual !== usual) {
      const { sameTextPerSecond } = usual;
      const settings = limiterSettingsSchema.parse({
        budgetPerSecond: own ?? usual[name],
        sameTextPerSecond,
      });
      last = { usual, settings };
    }
    return last.settings;
  };
}

/**
 * The view for `?budget=`: a name, or a number of danmaku a second, taken as the nearest class that is at most as
 * large; a viewer that asks for less than the smallest gets the smallest.
 */
export function viewOfBudget(budget: string, usual: Budgets): "desktop" | "small" {
  if (budget === "desktop" || budget === "small") return budget;
  return Number(budget) >= usual.desktop ? "desktop" : "small";
}

/** The view that somebody asks for. */
export function wantedView(
  { view, budget }: { readonly view: "all" | "shown" | "status"; readonly budget: string },
  usual: Budgets,
): ViewName {
  return view === "shown" ? viewOfBudget(budget, usual) : view;
}
