import { useMutation, useQueryClient } from "@tanstack/react-query";
import { Radio, Square } from "lucide-react";
import { useState } from "react";
import { toast } from "sonner";
import type { RoomView } from "../lib/app-router.ts";
import { describeError } from "../lib/describe-error.ts";
import { formatDuration, formatWhole } from "../lib/format.ts";
import { useServices } from "../lib/services.tsx";
import { useTRPC } from "../lib/trpc.ts";
import { useNow } from "../lib/use-now.ts";
import { Badge, LiveBadge } from "../ui/badge.tsx";
import { Button } from "../ui/button.tsx";
import { ConfirmDialog } from "../ui/confirm-dialog.tsx";
import { RoomCover } from "../ui/room-cover.tsx";

/** Goes live and ends, and shows how it stands. */
export function LiveControl({ room }: { readonly room: RoomView }) {
  const trpc = useTRPC();
  const queries = useQueryClient();
  const { recorder } = useServices();
  const [asking, setAsking] = useState(false);
  const live = room.status === "live";
  const nowMs = useNow(1000, live);
  const options = {
    onSuccess: (changed: RoomView) => {
      queries.setQueryData(trpc.rooms.get.queryKey({ id: room.id }), changed);
      void queries.invalidateQueries({ queryKey: trpc.rooms.pathKey() });
      setAsking(false);
    },
    onError: (error: unknown) => toast.error(describeError(error).text),
  };
  const start = useMutation(trpc.rooms.start.mutationOptions(options));
  const end = useMutation(
    trpc.rooms.end.mutationOptions({
      ...options,
      onSuccess: (changed) => {
        options.onSuccess(changed);
        // What was recorded is uploaded to its end; the page shows how far it is.
        if (recorder.get().session === room.sessionId) void recorder.stop();
      },
    }),
  );
  return (
    <section className="overflow-hidden rounded-3xl border border-line bg-surface">
      <div className="relative">
        <RoomCover
          room={room}
          sizes="(min-width: 1024px) 36rem, 100vw"
          className={live ? "h-36" : "h-36 brightness-60 saturate-40"}
        />
        <div className="absolute top-4 left-4">
          {live ? <LiveBadge /> : <Badge tone="shade">Off air</Badge>}
        </div>
      </div>
      <div className="p-5 sm:p-6">
        {live ? (
          <>
            <dl className="mb-5 grid grid-cols-2 gap-4">
              <Figure name="On air for" value={formatDuration(nowMs - (room.startedAtMs ?? nowMs))} />
              <Figure name="Viewers" value={formatWhole(room.viewers)} />
            </dl>
            <Button variant="danger" size="lg" className="w-full" onClick={() => setAsking(true)}>
              <Square /> End the session
            </Button>
          </>
        ) : (
          <>
            <h2 className="text-lg font-semibold">Ready when you are</h2>
            <p className="mt-1 mb-5 text-sm text-soft">
              Going live opens the chat and puts the room at the top of the home page. You can be live in one
              room at a time.
            </p>
            <Button
              variant="live"
              size="lg"
              className="w-full"
              busy={start.isPending}
              onClick={() => start.mutate({ id: room.id })}
            >
              <Radio /> Go live
            </Button>
          </>
        )}
      </div>
      <ConfirmDialog
        open={asking}
        onOpenChange={setAsking}
        title="End the session?"
        text="The chat closes for everybody. What was said is kept, and you can go live again at any time."
        action="End it"
        busy={end.isPending}
        onConfirm={() => end.mutate({ id: room.id })}
      />
    </section>
  );
}

function Figure({ name, value }: { readonly name: string; readonly value: string }) {
  return (
    <div className="rounded-2xl bg-raised px-4 py-3">
      <dt className="text-xs text-faint">{name}</dt>
      <dd className="text-2xl font-bold tabular-nums">{value}</dd>
    </div>
  );
}
