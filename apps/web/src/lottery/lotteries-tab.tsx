import { useQuery } from "@tanstack/react-query";
import { Gift, Plus } from "lucide-react";
import { useState } from "react";
import type { RoomView } from "../lib/app-router.ts";
import { useTRPC } from "../lib/trpc.ts";
import { useMe } from "../lib/use-me.ts";
import { Button } from "../ui/button.tsx";
import { Card } from "../ui/card.tsx";
import { Skeleton } from "../ui/skeleton.tsx";
import { ErrorState } from "../ui/states.tsx";
import { lotteryNow } from "./lotteries-now.ts";
import { LotteryCard } from "./lottery-card.tsx";
import { RoomLotteryHistory, useRoomLotteryHistory } from "./lottery-history.tsx";
import { isRunning } from "./lottery-view.ts";
import { NewLotteryDialog } from "./new-lottery-dialog.tsx";

/** The studio's lotteries: a new one, those that run, those that were. */
export function LotteriesTab({ room }: { readonly room: RoomView }) {
  const [creating, setCreating] = useState(false);
  // Who has a studio here needs no password.
  const history = useRoomLotteryHistory(room.id, undefined);
  const live = room.status === "live";
  return (
    <div className="grid grid-cols-[minmax(0,1fr)] gap-5">
      <div className="flex flex-wrap items-center justify-between gap-3">
        <p className="max-w-prose text-sm text-soft">
          {live
            ? "Give something away. Everybody can check the draw, you included."
            : "Lotteries happen while you are live. Go live, then open one here."}
        </p>
        <Button variant="primary" disabled={!live} onClick={() => setCreating(true)}>
          <Plus /> New lottery
        </Button>
      </div>
      <RunningLotteries room={room} />
      <Card title="History">
        <RoomLotteryHistory list={history} />
      </Card>
      <NewLotteryDialog room={room} open={creating} onOpenChange={setCreating} />
    </div>
  );
}

const runningEveryMs = 3_000;

function RunningLotteries({ room }: { readonly room: RoomView }) {
  const trpc = useTRPC();
  const meId = useMe()?.id ?? null;
  const list = useQuery({
    ...trpc.lottery.listByRoom.queryOptions({ room: room.id, limit: 12 }),
    // The studio has no feed of the room; while nothing runs, nothing is asked.
    refetchInterval: ({ state }) => (state.data?.items.some(isRunning) === true ? runningEveryMs : false),
  });
  if (list.isPending) return <Skeleton className="h-40 rounded-3xl" />;
  if (list.isError) return <ErrorState error={list.error} onRetry={() => void list.refetch()} />;
  const running = list.data.items.filter(isRunning);
  if (running.length === 0) return null;
  return (
    <ul aria-label="Running lotteries" className="grid gap-5 lg:grid-cols-2">
      {running.map((view) => (
        <li key={view.id}>
          <section className="rounded-3xl border border-line bg-surface p-5 sm:p-6">
            <h2 className="mb-4 flex items-center gap-2.5 text-base font-semibold wrap-anywhere">
              <Gift aria-hidden className="size-4.5 shrink-0 text-accent-text" /> {view.title}
            </h2>
            <LotteryCard lottery={lotteryNow(view)} room={room} meId={meId} onSay={undefined} />
          </section>
        </li>
      ))}
    </ul>
  );
}
