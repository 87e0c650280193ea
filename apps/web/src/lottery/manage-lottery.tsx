import { useMutation, useQueryClient } from "@tanstack/react-query";
import { Ban, Flag } from "lucide-react";
import { useState } from "react";
import { toast } from "sonner";
import { describeError } from "../lib/describe-error.ts";
import { useTRPC } from "../lib/trpc.ts";
import { Button } from "../ui/button.tsx";
import { ConfirmDialog } from "../ui/confirm-dialog.tsx";
import { CancelLotteryDialog } from "./cancel-lottery-dialog.tsx";
import type { LotteryNow } from "./lotteries-now.ts";
import { isRunning } from "./lottery-view.ts";
import { entriesInWords } from "./lottery-words.ts";

/** What host and moderators can do with a lottery that is not over: close it now, cancel it. */
export function ManageLottery({ lottery }: { readonly lottery: LotteryNow }) {
  const trpc = useTRPC();
  const queries = useQueryClient();
  const [asking, setAsking] = useState<"close" | "cancel" | null>(null);
  const close = useMutation(
    trpc.lottery.close.mutationOptions({
      onSettled: async () => {
        setAsking(null);
        await queries.invalidateQueries({ queryKey: trpc.lottery.pathKey() });
      },
      onError: (error) => toast.error(describeError(error).text),
    }),
  );
  if (!isRunning(lottery)) return null;
  const open = lottery.state === "open";
  return (
    <div className="flex flex-wrap gap-2">
      {open && (
        <Button size="sm" onClick={() => setAsking("close")}>
          <Flag /> Close now
        </Button>
      )}
      <Button size="sm" variant="danger" onClick={() => setAsking("cancel")}>
        <Ban /> Cancel it
      </Button>
      <ConfirmDialog
        open={asking === "close"}
        onOpenChange={(next) => setAsking(next ? "close" : null)}
        title="Close the lottery now?"
        text={`Nobody can enter after that, and the winners are drawn from ${entriesInWords(lottery.entries)}.`}
        action="Close and draw"
        busy={close.isPending}
        onConfirm={() => close.mutate({ id: lottery.id })}
      />
      <CancelLotteryDialog
        lottery={lottery}
        open={asking === "cancel"}
        onOpenChange={(next) => setAsking(next ? "cancel" : null)}
      />
    </div>
  );
}
