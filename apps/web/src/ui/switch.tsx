import { Switch as Radix } from "radix-ui";
import { type ReactNode, useId } from "react";

interface SwitchProps {
  readonly label: string;
  readonly hint?: ReactNode;
  readonly checked: boolean;
  readonly disabled?: boolean;
  readonly onCheckedChange: (checked: boolean) => void;
}

/** An on/off setting with its label on the left; it takes effect at once. */
export function Switch({ label, hint, ...state }: SwitchProps) {
  const id = useId();
  return (
    <div className="flex items-center justify-between gap-4">
      <div>
        <label htmlFor={id} className="text-sm font-medium">
          {label}
        </label>
        {hint !== undefined && (
          <p id={`${id}-hint`} className="text-[13px] leading-snug text-faint">
            {hint}
          </p>
        )}
      </div>
      <Radix.Root
        id={id}
        aria-describedby={hint === undefined ? undefined : `${id}-hint`}
        className="relative h-6 w-11 shrink-0 rounded-full border border-faint/50 bg-raised transition data-[state=checked]:border-transparent data-[state=checked]:bg-accent disabled:opacity-50"
        {...state}
      >
        <Radix.Thumb className="block size-4.5 translate-x-0.5 rounded-full bg-soft transition-transform data-[state=checked]:translate-x-5.5 data-[state=checked]:bg-accent-ink" />
      </Radix.Root>
    </div>
  );
}
