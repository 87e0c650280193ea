import { Gift, ListVideo, PartyPopper, Ticket } from "lucide-react";
import { useState } from "react";
import type { ReplayMark } from "../lib/app-router.ts";
import { formatDuration } from "../lib/format.ts";
import { Popover } from "../ui/popover.tsx";
import { barButton } from "./bar-button.ts";
import { markWords } from "./mark-words.ts";
import type { Player } from "./player.ts";
import { jumpTarget } from "./timeline-math.ts";

interface MomentsMenuProps {
  readonly marks: readonly ReplayMark[];
  readonly player: Player;
}

const icons = {
  gift: <Gift />,
  "lottery.opened": <Ticket />,
  "lottery.drawn": <PartyPopper />,
} as const;

/** The session's marks as a list: for those who can't point at the timeline, and to read what there was. */
export function MomentsMenu({ marks, player }: MomentsMenuProps) {
  const [open, setOpen] = useState(false);
  if (marks.length === 0) return null;
  return (
    <Popover
      label="Moments"
      open={open}
      onOpenChange={setOpen}
      className="w-80 max-w-[calc(100vw-1rem)] p-2"
      trigger={
        <button type="button" aria-label="Moments" title="Moments" className={barButton}>
          <ListVideo />
        </button>
      }
    >
      <ul aria-label="Gifts and lotteries of this session" className="max-h-72 overflow-y-auto">
        {marks.map((mark) => (
          <li key={`${mark.kind} ${mark.offsetMs}`}>
            <button
              type="button"
              className="flex w-full items-start gap-2.5 rounded-xl px-2.5 py-2 text-left text-sm hover:bg-raised focus-visible:bg-raised [&_svg]:mt-0.5 [&_svg]:size-4 [&_svg]:shrink-0 [&_svg]:text-accent-text"
              onClick={() => {
                player.seek(jumpTarget(mark));
                setOpen(false);
              }}
            >
              <span aria-hidden>{icons[mark.kind]}</span>
              <span className="grow wrap-anywhere">{markWords(mark)}</span>
              <span className="text-faint tabular-nums">{formatDuration(mark.offsetMs)}</span>
            </button>
          </li>
        ))}
      </ul>
    </Popover>
  );
}
