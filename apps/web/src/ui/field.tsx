import { type ComponentProps, type ReactNode, useId } from "react";
import { cn } from "./cn.ts";

const box =
  "w-full rounded-xl border border-line bg-canvas px-3.5 text-ink placeholder:text-faint transition " +
  "hover:border-faint/60 focus-visible:border-ring disabled:opacity-60 aria-invalid:border-danger-text";

export function Input({ className, ...rest }: ComponentProps<"input">) {
  return <input className={cn(box, "h-11 text-base sm:text-sm", className)} {...rest} />;
}

export function Textarea({ className, ...rest }: ComponentProps<"textarea">) {
  return <textarea className={cn(box, "min-h-24 py-2.5 text-base sm:text-sm", className)} {...rest} />;
}

interface FieldProps {
  readonly label: string;
  readonly hint?: ReactNode;
  readonly error?: string | undefined;
  readonly className?: string;
  /** Gets what ties the control to its label, hint and error. */
  readonly children: (control: {
    readonly id: string;
    readonly "aria-describedby": string | undefined;
    readonly "aria-invalid": boolean;
  }) => ReactNode;
}

/** A labelled control with its hint and its error, tied together for screen readers. */
export function Field({ label, hint, error, className, children }: FieldProps) {
  const id = useId();
  const note = error ?? hint;
  return (
    <div className={cn("grid gap-1.5", className)}>
      <label htmlFor={id} className="text-sm font-medium text-ink">
        {label}
      </label>
      {children({
        id,
        "aria-describedby": note === undefined ? undefined : `${id}-note`,
        "aria-invalid": error !== undefined,
      })}
      {note !== undefined && (
        <p
          id={`${id}-note`}
          className={cn("text-[13px] leading-snug", error === undefined ? "text-faint" : "text-danger-text")}
          role={error === undefined ? undefined : "alert"}
        >
          {note}
        </p>
      )}
    </div>
  );
}
