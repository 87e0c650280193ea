import { useMutation, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { toast } from "sonner";
import { describeError } from "../lib/describe-error.ts";
import { useTRPC } from "../lib/trpc.ts";
import { Button } from "../ui/button.tsx";
import { Dialog } from "../ui/dialog.tsx";
import { emptyLotteryDraft, faultsOfLottery, newLotteryOf } from "./lottery-draft.ts";
import { LotteryPreview } from "./lottery-preview.tsx";
import { PrizeFields } from "./prize-fields.tsx";
import { RuleFields } from "./rule-fields.tsx";
import { WizardSteps } from "./wizard-steps.tsx";

interface NewLotteryDialogProps {
  readonly room: { readonly id: string; readonly host: { readonly name: string } };
  readonly open: boolean;
  readonly onOpenChange: (open: boolean) => void;
}

/** Makes a lottery in three steps: prizes, rules, and a last look before it opens. */
export function NewLotteryDialog({ room, open, onOpenChange }: NewLotteryDialogProps) {
  return (
    <Dialog
      open={open}
      onOpenChange={onOpenChange}
      title="New lottery"
      description="It opens in your live room at once. From the first entry on, nothing can be changed."
      className="sm:max-w-xl"
    >
      <Wizard room={room} onDone={() => onOpenChange(false)} />
    </Dialog>
  );
}

const steps = [
  { name: "Prizes", owns: (place: string) => place === "title" || place.startsWith("prizes") },
  { name: "Rules", owns: (place: string) => place !== "title" && !place.startsWith("prizes") },
  { name: "Preview", owns: () => false },
] as const;

interface WizardProps {
  readonly room: NewLotteryDialogProps["room"];
  readonly onDone: () => void;
}

/** Lives as long as the dialog is open, so that it begins empty each time. */
function Wizard({ room, onDone }: WizardProps) {
  const [draft, setDraft] = useState(emptyLotteryDraft);
  const [index, setIndex] = useState(0);
  const [checked, setChecked] = useState(false);
  const create = useCreateLottery(onDone);
  const step = steps[index] ?? steps[0];
  const faults = faultsOfLottery(draft);
  const blocked = Object.keys(faults).some(step.owns);
  const go = (to: number) => {
    setChecked(false);
    setIndex(to);
  };
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    setChecked(true);
    if (blocked) {
      focusFirstFault(event.currentTarget);
      return;
    }
    if (step.name === "Preview") create.mutate({ room: room.id, ...newLotteryOf(draft) });
    else go(index + 1);
  };
  const fields = { draft, faults: checked ? faults : {}, onChange: setDraft };
  return (
    <form onSubmit={submit} noValidate className="grid gap-5">
      <WizardSteps names={steps.map(({ name }) => name)} index={index} onGo={go} />
      {step.name === "Prizes" && <PrizeFields {...fields} />}
      {step.name === "Rules" && <RuleFields {...fields} />}
      {step.name === "Preview" && <LotteryPreview lottery={newLotteryOf(draft)} hostName={room.host.name} />}
      {create.error && (
        <p role="alert" className="text-sm text-danger-text">
          {describeError(create.error).text}
        </p>
      )}
      <div className="flex justify-between gap-2">
        <Button variant="ghost" disabled={index === 0} onClick={() => go(index - 1)}>
          Back
        </Button>
        <Button type="submit" variant="primary" busy={create.isPending}>
          {step.name === "Preview" ? "Open the lottery" : "Next"}
        </Button>
      </div>
    </form>
  );
}

/** Once React has marked what is wrong, the keyboard goes there. */
function focusFirstFault(form: HTMLFormElement): void {
  requestAnimationFrame(() => form.querySelector<HTMLElement>("[aria-invalid=true]")?.focus());
}

function useCreateLottery(onDone: () => void) {
  const trpc = useTRPC();
  const queries = useQueryClient();
  return useMutation(
    trpc.lottery.create.mutationOptions({
      onSuccess: () => {
        toast.success("The lottery is open.");
        onDone();
      },
      onSettled: () => queries.invalidateQueries({ queryKey: trpc.lottery.pathKey() }),
    }),
  );
}
