import { Check } from "lucide-react";
import { Menu, MenuItem } from "../ui/menu.tsx";
import type { Player } from "./player.ts";
import { speeds } from "./timeline-math.ts";

/** How fast the replay runs. */
export function SpeedMenu({ player, speed }: { readonly player: Player; readonly speed: number }) {
  return (
    <Menu
      trigger={
        <button
          type="button"
          aria-label={`Speed: ${speed}×`}
          className="h-9 min-w-11 rounded-xl px-2 text-[13px] font-semibold text-white/85 tabular-nums transition hover:bg-white/15 hover:text-white"
        >
          {speed}×
        </button>
      }
    >
      {speeds.toReversed().map((one) => (
        <MenuItem key={one} className="py-1.5 tabular-nums" onSelect={() => player.setSpeed(one)}>
          {one}×{one === speed && <Check aria-label="chosen" className="ml-auto" />}
        </MenuItem>
      ))}
    </Menu>
  );
}
