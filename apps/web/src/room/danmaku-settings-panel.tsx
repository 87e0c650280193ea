import { useSyncExternalStore } from "react";
import type { DanmakuSettings } from "../lib/danmaku-settings.ts";
import { useServices } from "../lib/services.tsx";
import { useReducedMotion } from "../lib/use-media-query.ts";
import { Slider } from "../ui/slider.tsx";
import { Switch } from "../ui/switch.tsx";

const percent = (share: number) => `${Math.round(share * 100)} %`;

/** How danmaku fly on this browser. Every change shows at once and is kept. */
export function DanmakuSettingsPanel({ shown }: { readonly shown: boolean }) {
  const { settings } = useServices();
  const danmaku = useSyncExternalStore(settings.danmaku.subscribe, settings.danmaku.get);
  const reducedMotion = useReducedMotion();
  const change = (part: Partial<DanmakuSettings>) => settings.danmaku.set({ ...danmaku, ...part });
  return (
    <div className="grid gap-5">
      <Switch
        label="Danmaku"
        hint={
          reducedMotion
            ? "Your system asks for less motion, so they are off until you say otherwise."
            : "Messages fly across the picture."
        }
        checked={shown}
        onCheckedChange={(checked) => change({ shown: checked })}
      />
      <Slider
        label="Opacity"
        valueText={percent(danmaku.opacity)}
        min={0.2}
        max={1}
        step={0.05}
        disabled={!shown}
        value={danmaku.opacity}
        onValueChange={(opacity) => change({ opacity })}
      />
      <Slider
        label="Speed"
        valueText={`${danmaku.speed.toFixed(1)}×`}
        min={0.5}
        max={2}
        step={0.1}
        disabled={!shown}
        value={danmaku.speed}
        onValueChange={(speed) => change({ speed })}
      />
      <Slider
        label="Area"
        valueText={percent(danmaku.area)}
        min={0.25}
        max={1}
        step={0.25}
        disabled={!shown}
        value={danmaku.area}
        onValueChange={(area) => change({ area })}
      />
      <Slider
        label="Text size"
        valueText={percent(danmaku.size)}
        min={0.7}
        max={1.5}
        step={0.1}
        disabled={!shown}
        value={danmaku.size}
        onValueChange={(size) => change({ size })}
      />
    </div>
  );
}
