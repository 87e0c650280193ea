import { cancelReasonSchema } from "@barrage/domain";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { describeError } from "../lib/describe-error.ts";
import { useTRPC } from "../lib/trpc.ts";
import { Button } from "../ui/button.tsx";
import { Dialog } from "../ui/dialog.tsx";
import { Field, Textarea } from "../ui/field.tsx";
import type { LotteryNow } from "./lotteries-now.ts";
import { entriesInWords, sentence } from "./lottery-words.ts";

interface CancelLotteryDialogProps {
  readonly lottery: Pick<LotteryNow, "id" | "title" | "entries">;
  readonly open: boolean;
  readonly onOpenChange: (open: boolean) => void;
}

/** Cancels a lottery for good. The reason is asked for, because it stays readable for everybody. */
export function CancelLotteryDialog({ lottery, open, onOpenChange }: CancelLotteryDialogProps) {
  return (
    <Dialog
      open={open}
      onOpenChange={onOpenChange}
      title={`Cancel “${lottery.title}”?`}
      description={`Nobody will win anything. ${entriesInWords(lottery.entries)} so far. This can't be taken back.`}
    >
      <CancelForm id={lottery.id} onDone={() => onOpenChange(false)} />
    </Dialog>
  );
}

function CancelForm({ id, onDone }: { readonly id: string; readonly onDone: () => void }) {
  const trpc = useTRPC();
  const queries = useQueryClient();
  const [reason, setReason] = useState("");
  const [checked, setChecked] = useState(false);
  const cancel = useMutation(
    trpc.lottery.cancel.mutationOptions({
      onSuccess: onDone,
      onSettled: () => queries.invalidateQueries({ queryKey: trpc.lottery.pathKey() }),
    }),
  );
  const fault = cancelReasonSchema.safeParse(reason).error?.issues[0]?.message;
  const submit = (event: FormEvent) => {
    event.preventDefault();
    setChecked(true);
    if (fault === undefined) cancel.mutate({ id, reason });
  };
  return (
    <form onSubmit={submit} noValidate className="grid gap-4">
      <Field
        label="Why"
        hint="Everybody can read it, in the room and in the lottery's public record"
        error={checked && fault !== undefined ? sentence(fault) : undefined}
      >
        {(control) => (
          <Textarea
            {...control}
            maxLength={400}
            value={reason}
            onChange={(event) => setReason(event.target.value)}
          />
        )}
      </Field>
      {cancel.error && (
        <p role="alert" className="text-sm text-danger-text">
          {describeError(cancel.error).text}
        </p>
      )}
      <Button type="submit" variant="live" busy={cancel.isPending}>
        Cancel the lottery
      </Button>
    </form>
  );
}
