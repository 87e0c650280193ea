import { Captions, CaptionsOff } from "lucide-react";
import { useServices } from "../lib/services.tsx";
import { cn } from "../ui/cn.ts";
import { Kbd } from "../ui/kbd.tsx";
import { Tooltip } from "../ui/tooltip.tsx";

interface DanmakuToggleProps {
  readonly shown: boolean;
  /** How a button of the place looks. */
  readonly className: string;
}

/** Switches danmaku on and off, for this browser. */
export function DanmakuToggle({ shown, className }: DanmakuToggleProps) {
  const { settings } = useServices();
  return (
    <Tooltip
      text={
        <>
          Danmaku {shown ? "off" : "on"} <Kbd>d</Kbd>
        </>
      }
    >
      <button
        type="button"
        className={cn(className, shown && "text-[#ffcf66]")}
        aria-pressed={shown}
        aria-label="Danmaku over the picture"
        onClick={() => settings.danmaku.set({ ...settings.danmaku.get(), shown: !shown })}
      >
        {shown ? <Captions /> : <CaptionsOff />}
      </button>
    </Tooltip>
  );
}
