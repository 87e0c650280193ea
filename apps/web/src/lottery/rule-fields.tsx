import type { ReactNode } from "react";
import { Field, Input } from "../ui/field.tsx";
import { Segmented } from "../ui/segmented.tsx";
import { Switch } from "../ui/switch.tsx";
import type { LotteryDraft } from "./lottery-draft.ts";
import type { LotteryFieldsProps } from "./prize-fields.tsx";

const closings = [
  { value: "seconds", text: "Seconds" },
  { value: "minutes", text: "Minutes" },
  { value: "hours", text: "Hours" },
  { value: "by_hand", text: "By hand" },
] as const;

/** When the lottery closes, and who may enter. */
export function RuleFields({ draft, faults, onChange }: LotteryFieldsProps) {
  const text = (field: TextField) => ({
    value: draft[field],
    error: faults[field],
    onChange: (value: string) => onChange({ ...draft, [field]: value }),
  });
  return (
    <>
      <div className="grid gap-2">
        <span className="text-sm font-medium">It closes after</span>
        <div className="flex flex-wrap items-start gap-2">
          {draft.closing !== "by_hand" && (
            <TextRule label="Time until it closes" hidden className="w-24" {...text("amount")} numeric />
          )}
          <Segmented
            label="Unit of the time until it closes"
            className="h-11 items-center"
            value={draft.closing}
            options={closings}
            onValueChange={(closing) => onChange({ ...draft, closing })}
          />
        </div>
        <p className="text-[13px] text-faint">
          {draft.closing === "by_hand"
            ? "It stays open until you or a moderator close it."
            : "From 10 seconds to 24 hours. You can close it earlier, too."}
        </p>
      </div>
      <fieldset className="grid gap-4">
        <legend className="mb-3 text-sm font-medium">
          Who may enter <span className="font-normal text-faint">(leave empty what does not matter)</span>
        </legend>
        <Switch
          label="Only my followers"
          checked={draft.followHost}
          onCheckedChange={(followHost) => onChange({ ...draft, followHost })}
        />
        <TextRule
          label="Phrase"
          hint="Viewers enter by sending exactly this in the chat"
          placeholder="count me in"
          {...text("phrase")}
        />
        <div className="grid items-start gap-4 sm:grid-cols-3">
          <TextRule label="Watched, minutes" {...text("watchedMinutes")} numeric />
          <TextRule label="Account age, days" {...text("accountAgeDays")} numeric />
          <TextRule label="No win for, days" {...text("notWonWithinDays")} numeric />
        </div>
      </fieldset>
    </>
  );
}

type TextField = Exclude<keyof LotteryDraft, "title" | "prizes" | "closing" | "followHost">;

interface TextRuleProps {
  readonly label: string;
  /** The label is only read out: what is seen says it already. */
  readonly hidden?: boolean;
  readonly hint?: ReactNode;
  readonly placeholder?: string;
  readonly numeric?: boolean;
  readonly className?: string;
  readonly value: string;
  readonly error: string | undefined;
  readonly onChange: (value: string) => void;
}

function TextRule({ label, hidden, hint, error, className, numeric, ...rest }: TextRuleProps) {
  const { value, placeholder, onChange } = rest;
  const box = (control: { readonly id?: string }) => (
    <Input
      {...control}
      autoComplete="off"
      inputMode={numeric === true ? "decimal" : "text"}
      placeholder={placeholder}
      value={value}
      onChange={(event) => onChange(event.target.value)}
    />
  );
  if (hidden !== true) {
    return (
      <Field label={label} hint={hint} error={error} {...(className === undefined ? {} : { className })}>
        {box}
      </Field>
    );
  }
  return (
    <Field label={label} error={error} className="max-w-full [&>label]:sr-only">
      {(control) => <div className={className}>{box(control)}</div>}
    </Field>
  );
}
