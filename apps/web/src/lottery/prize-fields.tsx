import { Plus, Trash2 } from "lucide-react";
import { plural } from "../lib/format.ts";
import { Button } from "../ui/button.tsx";
import { Field, Input } from "../ui/field.tsx";
import { type LotteryDraft, type LotteryFaults, type PrizeDraft, prizesTotalOf } from "./lottery-draft.ts";

export interface LotteryFieldsProps {
  readonly draft: LotteryDraft;
  /** What is wrong and may be said already. */
  readonly faults: LotteryFaults;
  readonly onChange: (draft: LotteryDraft) => void;
}

/** What the lottery is called and what there is to win. */
export function PrizeFields({ draft, faults, onChange }: LotteryFieldsProps) {
  const { prizes } = draft;
  const setPrize = (index: number, part: Partial<PrizeDraft>) =>
    onChange({
      ...draft,
      prizes: prizes.map((prize, at) => (at === index ? { ...prize, ...part } : prize)),
    });
  const add = () => {
    const key = Math.max(-1, ...prizes.map((prize) => prize.key)) + 1;
    onChange({ ...draft, prizes: [...prizes, { key, name: "", count: "1" }] });
  };
  return (
    <>
      <Field label="Title" error={faults["title"]}>
        {(control) => (
          <Input
            {...control}
            autoComplete="off"
            maxLength={160}
            placeholder="Friday giveaway"
            value={draft.title}
            onChange={(event) => onChange({ ...draft, title: event.target.value })}
          />
        )}
      </Field>
      <fieldset className="grid gap-3">
        <legend className="mb-2 text-sm font-medium">Prizes, the first ones drawn first</legend>
        {prizes.map((prize, index) => (
          <PrizeRow
            key={prize.key}
            prize={prize}
            number={index + 1}
            nameFault={faults[`prizes.${index}.name`]}
            countFault={faults[`prizes.${index}.count`]}
            onChange={(part) => setPrize(index, part)}
            onRemove={
              prizes.length > 1
                ? () => onChange({ ...draft, prizes: prizes.filter((_, at) => at !== index) })
                : undefined
            }
          />
        ))}
        {faults["prizes"] !== undefined && (
          <p role="alert" className="text-[13px] text-danger-text">
            {faults["prizes"]}
          </p>
        )}
        <div className="flex items-center justify-between gap-3">
          <Button size="sm" disabled={prizes.length >= 50} onClick={add}>
            <Plus /> Another prize
          </Button>
          <p aria-live="polite" className="text-[13px] text-faint tabular-nums">
            {plural(prizesTotalOf(draft), "prize")} in all, up to 1,000
          </p>
        </div>
      </fieldset>
    </>
  );
}

interface PrizeRowProps {
  readonly prize: PrizeDraft;
  readonly number: number;
  readonly nameFault: string | undefined;
  readonly countFault: string | undefined;
  readonly onChange: (part: Partial<PrizeDraft>) => void;
  readonly onRemove: (() => void) | undefined;
}

function PrizeRow({ prize, number, nameFault, countFault, onChange, onRemove }: PrizeRowProps) {
  return (
    <div className="flex items-start gap-2">
      <Field label={`Prize ${number}`} error={nameFault} className="min-w-0 grow">
        {(control) => (
          <Input
            {...control}
            autoComplete="off"
            maxLength={120}
            placeholder="A signed mug"
            value={prize.name}
            onChange={(event) => onChange({ name: event.target.value })}
          />
        )}
      </Field>
      <Field label="How many" error={countFault} className="w-24 shrink-0">
        {(control) => (
          <Input
            {...control}
            autoComplete="off"
            inputMode="numeric"
            className="tabular-nums"
            value={prize.count}
            onChange={(event) => onChange({ count: event.target.value })}
          />
        )}
      </Field>
      {onRemove !== undefined && (
        <Button
          variant="ghost"
          size="icon"
          className="mt-6.5 size-11"
          aria-label={`Remove prize ${number}`}
          onClick={onRemove}
        >
          <Trash2 />
        </Button>
      )}
    </div>
  );
}
