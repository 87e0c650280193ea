import type { LiveSettings, SettingName } from "@barrage/platform";
import { AppError } from "@barrage/protocol";

/** A switch among the live settings. */
export type FeatureSwitch = Extract<SettingName, `features.${string}`>;

/** Lets work go on that is switched on. @throws AppError `feature_disabled` */
export type FeatureGate = (feature: FeatureSwitch) => void;

/** A switch holds from the moment that this process hears of it. */
export function createFeatureGate(settings: Pick<LiveSettings, "get">): FeatureGate {
  return (feature) => {
    if (!settings.get(feature)) throw new AppError("feature_disabled");
  };
}
