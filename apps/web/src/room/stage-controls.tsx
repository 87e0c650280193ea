import { Captions, CaptionsOff, Maximize, Settings2 } from "lucide-react";
import type { RefObject } from "react";
import { useServices } from "../lib/services.tsx";
import { cn } from "../ui/cn.ts";
import { Kbd } from "../ui/kbd.tsx";
import { Popover } from "../ui/popover.tsx";
import { Tooltip } from "../ui/tooltip.tsx";
import { DanmakuSettingsPanel } from "./danmaku-settings-panel.tsx";
import { ShortcutsHelp } from "./shortcuts-help.tsx";

const look =
  "grid size-9 place-items-center rounded-xl bg-black/45 text-white/90 backdrop-blur-sm transition hover:bg-black/70 hover:text-white [&_svg]:size-4.5";

interface StageControlsProps {
  readonly shown: boolean;
  readonly stage: RefObject<HTMLElement | null>;
}

/** What can be done with the picture: danmaku on and off, how they look, full screen, the keys. */
export function StageControls({ shown, stage }: StageControlsProps) {
  const { settings } = useServices();
  const toggle = () => settings.danmaku.set({ ...settings.danmaku.get(), shown: !shown });
  const fullScreen = () => {
    const change =
      document.fullscreenElement === null ? stage.current?.requestFullscreen() : document.exitFullscreen();
    // Refused by the browser (an embedded page, say): the picture stays as it is.
    change?.catch(() => undefined);
  };
  return (
    <div className="absolute right-3 bottom-3 flex gap-1.5 sm:right-4 sm:bottom-4">
      <Tooltip
        text={
          <>
            Danmaku {shown ? "off" : "on"} <Kbd>d</Kbd>
          </>
        }
      >
        <button
          type="button"
          className={cn(look, shown && "text-[#ffcf66]")}
          aria-pressed={shown}
          aria-label="Danmaku over the picture"
          onClick={toggle}
        >
          {shown ? <Captions /> : <CaptionsOff />}
        </button>
      </Tooltip>
      <Popover
        label="Danmaku settings"
        trigger={
          <button type="button" className={look} aria-label="Danmaku settings">
            <Settings2 />
          </button>
        }
      >
        <DanmakuSettingsPanel shown={shown} />
      </Popover>
      <ShortcutsHelp className={cn(look, "max-sm:hidden")} />
      {document.fullscreenEnabled && (
        <Tooltip text="Full screen">
          <button type="button" className={look} aria-label="Full screen" onClick={fullScreen}>
            <Maximize />
          </button>
        </Tooltip>
      )}
    </div>
  );
}
