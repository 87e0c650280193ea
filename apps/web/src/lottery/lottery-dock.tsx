import { createMessageKey } from "@barrage/client";
import { X } from "lucide-react";
import { useState } from "react";
import { useMediaQuery } from "../lib/use-media-query.ts";
import { useNow } from "../lib/use-now.ts";
import type { MessageSender } from "../room/message-sender.ts";
import type { RoomFeed } from "../room/room-feed.ts";
import type { RoomNow } from "../room/room-now.ts";
import { writeBarrier } from "../room/write-barrier.ts";
import { Button } from "../ui/button.tsx";
import { Dialog } from "../ui/dialog.tsx";
import { dockedLotteries } from "./docked-lotteries.ts";
import type { LotteryNow } from "./lotteries-now.ts";
import { LotteryAnnouncer } from "./lottery-announcer.tsx";
import { LotteryCard } from "./lottery-card.tsx";
import { LotteryStrip } from "./lottery-strip.tsx";
import { isRunning } from "./lottery-view.ts";
import { useRememberLotteries } from "./use-remember-lotteries.ts";
import { useRoomLotteries } from "./use-room-lotteries.ts";
import { useWatchBeats } from "./use-watch-beats.ts";

interface LotteryDockProps {
  readonly room: RoomNow;
  readonly feed: RoomFeed;
  readonly sender: MessageSender;
  readonly password: string | undefined;
}

/** The room's lotteries above its chat. A wide screen unfolds a card in place; a narrow one opens a sheet. */
export function LotteryDock({ room, feed, sender, password }: LotteryDockProps) {
  const meId = feed.me?.id ?? null;
  const all = useRoomLotteries({
    roomId: room.id,
    meId,
    password,
    feed: feed.lotteries,
    standing: `${room.following} ${room.viewerRole} ${feed.resets}`,
    spokeAtMs: spokeAtMs(feed),
  });
  useRememberLotteries(all);
  useWatchBeats({
    roomId: room.id,
    watching: meId !== null && room.status === "live" && room.viewerRole !== "host",
    awaited: all.some(awaitsTime),
  });
  const [dismissed, setDismissed] = useState<readonly string[]>([]);
  const nowMs = useNow(30_000);
  const docked = dockedLotteries(all, nowMs).filter(({ id }) => !dismissed.includes(id));
  const wide = useMediaQuery("(min-width: 64rem)");
  // Until the viewer chooses, a wide screen unfolds the latest.
  const [chosen, setChosen] = useState<string | null>();
  const unfolded = chosen === undefined ? (wide ? docked[0]?.id : undefined) : (chosen ?? undefined);
  const toggle = (id: string) => setChosen(unfolded === id ? null : id);

  const canWrite = writeBarrier(room, feed, nowMs) === null;
  const onSay = canWrite ? (text: string) => sender.send(phraseDraft(text)) : undefined;
  const card = (lottery: LotteryNow) => (
    <LotteryCard lottery={lottery} room={room} meId={meId} onSay={onSay} />
  );
  const shown = docked.find(({ id }) => id === unfolded);
  return (
    <>
      <LotteryAnnouncer said={feed.lotteries.said} />
      {docked.length > 0 && (
        <section
          aria-label="Lotteries"
          className="max-h-36 shrink-0 divide-y divide-line overflow-y-auto border-b border-line lg:max-h-[62%]"
        >
          {docked.map((lottery) => (
            <div key={lottery.id} className="relative animate-rise">
              <LotteryStrip
                lottery={lottery}
                expanded={wide ? lottery.id === unfolded : null}
                canEnter={canEnter(lottery, room, feed)}
                onPress={() => toggle(lottery.id)}
              />
              {!isRunning(lottery) && (
                <Button
                  variant="ghost"
                  size="icon-sm"
                  className="absolute top-3 right-9"
                  aria-label={`Hide the lottery ${lottery.title}`}
                  onClick={() => setDismissed([...dismissed, lottery.id])}
                >
                  <X />
                </Button>
              )}
              {wide && lottery.id === unfolded && <div className="px-4 pt-1 pb-4">{card(lottery)}</div>}
            </div>
          ))}
        </section>
      )}
      {!wide && shown !== undefined && (
        <Dialog open onOpenChange={() => setChosen(null)} title={shown.title}>
          {card(shown)}
        </Dialog>
      )}
    </>
  );
}

function awaitsTime({ state, me }: LotteryNow): boolean {
  return state === "open" && me?.lacks.some(({ condition }) => condition === "watchedSeconds") === true;
}

function canEnter({ state, me, conditions, opensAtMs }: LotteryNow, room: RoomNow, feed: RoomFeed): boolean {
  const free = me !== null && !me.entered && me.lacks.length === 0 && conditions.phrase === null;
  const viewer = feed.me !== null && room.viewerRole !== "host" && room.viewerRole !== "moderator";
  return state === "open" && free && viewer && opensAtMs <= Date.now();
}

function phraseDraft(text: string) {
  const content = { kind: "danmaku", text, color: "#ffffff", mode: "scroll" } as const;
  return { key: createMessageKey(), content };
}

function spokeAtMs({ me, lines }: RoomFeed): number {
  const own = lines.findLast((line) => line.kind === "message" && line.by.id === me?.id);
  return own?.at ?? 0;
}
