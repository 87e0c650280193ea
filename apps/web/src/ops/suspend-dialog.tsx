import { useMutation, useQueryClient } from "@tanstack/react-query";
import type { inferRouterOutputs } from "@trpc/server";
import { type FormEvent, useState } from "react";
import { toast } from "sonner";
import type { AppRouter } from "../lib/app-router.ts";
import { describeError } from "../lib/describe-error.ts";
import { useTRPC } from "../lib/trpc.ts";
import { Button } from "../ui/button.tsx";
import { Dialog } from "../ui/dialog.tsx";
import { Field, Input } from "../ui/field.tsx";
import { Segmented } from "../ui/segmented.tsx";

/** A user as administrators see them. */
export type ManagedUser = inferRouterOutputs<AppRouter>["ops"]["users"][number];

const terms = [
  { value: "day", text: "1 day", minutes: 24 * 60 },
  { value: "week", text: "7 days", minutes: 7 * 24 * 60 },
  { value: "month", text: "30 days", minutes: 30 * 24 * 60 },
  { value: "ever", text: "No end", minutes: null },
] as const;

interface SuspendDialogProps {
  readonly user: ManagedUser;
  readonly onClose: () => void;
}

/** Asks why and how long, and suspends. */
export function SuspendDialog({ user, onClose }: SuspendDialogProps) {
  const trpc = useTRPC();
  const queries = useQueryClient();
  const [reason, setReason] = useState("");
  const [term, setTerm] = useState<(typeof terms)[number]["value"]>("week");
  const suspend = useMutation(
    trpc.ops.suspend.mutationOptions({
      onSuccess: () => {
        toast.success(`${user.name} is suspended`);
        void queries.invalidateQueries({ queryKey: trpc.ops.pathKey() });
        onClose();
      },
    }),
  );
  const submit = (event: FormEvent) => {
    event.preventDefault();
    const minutes = terms.find(({ value }) => value === term)?.minutes ?? null;
    suspend.mutate({ userId: user.id, reason, minutes });
  };
  return (
    <Dialog
      open
      onOpenChange={onClose}
      title={`Suspend ${user.name}?`}
      description="They are logged out everywhere at once, and a room where they are live ends. What they wrote stays, and you can lift it again."
    >
      <form onSubmit={submit} className="grid gap-4">
        <Field
          label="Reason"
          hint="For other administrators; they are not told."
          error={suspend.error === null ? undefined : describeError(suspend.error).text}
        >
          {(control) => (
            <Input
              {...control}
              required
              maxLength={200}
              value={reason}
              onChange={(event) => setReason(event.target.value)}
            />
          )}
        </Field>
        <div className="grid gap-1.5">
          <span className="text-sm font-medium text-ink">For how long</span>
          <Segmented label="For how long" value={term} options={terms} onValueChange={setTerm} />
        </div>
        <div className="flex justify-end gap-2">
          <Button variant="ghost" onClick={onClose}>
            Cancel
          </Button>
          <Button type="submit" variant="live" busy={suspend.isPending}>
            Suspend
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
