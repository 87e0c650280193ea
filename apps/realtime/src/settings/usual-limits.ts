import type { LiveSettings, SettingName } from "@barrage/platform";
import type { UsualLimits, UsualLimitsAt } from "../view/view-name.ts";

const names = [
  "limiter.desktopPerSecond",
  "limiter.smallPerSecond",
  "limiter.sameTextPerSecond",
] as const satisfies readonly SettingName[];

interface Stretch {
  readonly fromMs: number;
  readonly limits: UsualLimits;
}

/**
 * The limiter's settings over the log's time. Listens for changes until the settings are closed. A room has hundreds of
 * windows in a second, and these settings change a few times a day: so the stretches between changes are kept, and the
 * newest, which is nearly always the one, is looked at first.
 */
export function createUsualLimits(
  settings: Pick<LiveSettings, "at" | "changesOf" | "onChange">,
): UsualLimitsAt {
  const limitsAt = (logMs: number): UsualLimits => ({
    desktop: settings.at("limiter.desktopPerSecond", logMs),
    small: settings.at("limiter.smallPerSecond", logMs),
    sameTextPerSecond: settings.at("limiter.sameTextPerSecond", logMs),
  });
  const stretches = (): readonly Stretch[] =>
    [Number.NEGATIVE_INFINITY, ...settings.changesOf(names)].map((fromMs) => ({
      fromMs,
      limits: limitsAt(fromMs),
    }));
  let known = stretches();
  settings.onChange((name) => {
    if (names.some((own) => own === name)) known = stretches();
  });
  return (logMs) => {
    const stretch = known.findLast(({ fromMs }) => fromMs <= logMs);
    return stretch?.limits ?? limitsAt(logMs);
  };
}
