import { Maximize, Settings2 } from "lucide-react";
import type { RefObject } from "react";
import { cn } from "../ui/cn.ts";
import { Popover } from "../ui/popover.tsx";
import { Tooltip } from "../ui/tooltip.tsx";
import { DanmakuSettingsPanel } from "./danmaku-settings-panel.tsx";
import { DanmakuToggle } from "./danmaku-toggle.tsx";
import { ShortcutsHelp } from "./shortcuts-help.tsx";
import { toggleFullScreen } from "./toggle-full-screen.ts";

const look =
  "grid size-9 place-items-center rounded-xl bg-black/45 text-white/90 backdrop-blur-sm transition hover:bg-black/70 hover:text-white [&_svg]:size-4.5";

const shortcuts = [
  ["/", "Write a message"],
  ["d", "Danmaku on or off"],
  ["e", "Jump to the newest message"],
  ["?", "Show these keys"],
  ["Esc", "Leave the message box, close what is open"],
] as const;

interface StageControlsProps {
  readonly shown: boolean;
  readonly stage: RefObject<HTMLElement | null>;
}

/** What can be done with the picture: danmaku on and off, how they look, full screen, the keys. */
export function StageControls({ shown, stage }: StageControlsProps) {
  return (
    <div className="absolute right-3 bottom-3 flex gap-1.5 sm:right-4 sm:bottom-4">
      <DanmakuToggle shown={shown} className={look} />
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
      <ShortcutsHelp className={cn(look, "max-sm:hidden")} shortcuts={shortcuts} />
      {document.fullscreenEnabled && (
        <Tooltip text="Full screen">
          <button
            type="button"
            className={look}
            aria-label="Full screen"
            onClick={() => toggleFullScreen(stage.current)}
          >
            <Maximize />
          </button>
        </Tooltip>
      )}
    </div>
  );
}
