import { skipToken, useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Eye, EyeOff, RotateCcw } from "lucide-react";
import { useState } from "react";
import { toast } from "sonner";
import { describeError } from "../lib/describe-error.ts";
import { useTRPC } from "../lib/trpc.ts";
import { Button } from "../ui/button.tsx";
import { Card } from "../ui/card.tsx";
import { ConfirmDialog } from "../ui/confirm-dialog.tsx";
import { CopyButton } from "../ui/copy-button.tsx";

/** The key that lets a program stream into the room. It is fetched only when the host wants to see it. */
export function StreamKeyCard({ roomId }: { readonly roomId: string }) {
  const trpc = useTRPC();
  const queries = useQueryClient();
  const [shown, setShown] = useState(false);
  const [asking, setAsking] = useState(false);
  const key = useQuery({
    ...trpc.rooms.streamKey.queryOptions(shown ? { id: roomId } : skipToken),
    // A secret does not lie about in memory longer than it is looked at.
    gcTime: 0,
  });
  const rotate = useMutation(
    trpc.rooms.rotateStreamKey.mutationOptions({
      onSuccess: (rotated) => {
        queries.setQueryData(trpc.rooms.streamKey.queryKey({ id: roomId }), rotated);
        setAsking(false);
        toast.success("There is a new key; the old one is useless now.");
      },
      onError: (error) => toast.error(describeError(error).text),
    }),
  );
  return (
    <Card title="Stream key" text="For your streaming program. Whoever has it can stream as you.">
      <output
        aria-live="off"
        data-testid="stream-key"
        className="mb-4 block min-h-20 rounded-xl bg-canvas px-4 py-3 font-mono text-sm break-all"
      >
        {!shown ? (
          <span aria-hidden>{"•".repeat(48)}</span>
        ) : key.isError ? (
          describeError(key.error).text
        ) : (
          (key.data?.key ?? "…")
        )}
      </output>
      <div className="flex flex-wrap gap-2">
        <Button size="sm" aria-pressed={shown} onClick={() => setShown(!shown)}>
          {shown ? <EyeOff /> : <Eye />} {shown ? "Hide" : "Show"}
        </Button>
        {shown && key.data !== undefined && <CopyButton text={key.data.key} label="Copy" />}
        <Button size="sm" variant="danger" onClick={() => setAsking(true)}>
          <RotateCcw /> New key
        </Button>
      </div>
      <ConfirmDialog
        open={asking}
        onOpenChange={setAsking}
        title="Make a new key?"
        text="The present key stops working at once, also for a program that is streaming now."
        action="Make a new key"
        busy={rotate.isPending}
        onConfirm={() => rotate.mutate({ id: roomId })}
      />
    </Card>
  );
}
