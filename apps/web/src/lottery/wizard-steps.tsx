import { Check } from "lucide-react";
import { cn } from "../ui/cn.ts";

interface WizardStepsProps {
  readonly names: readonly string[];
  readonly index: number;
  /** Back to an earlier step; forward only its own button leads, which checks. */
  readonly onGo: (index: number) => void;
}

/** Where one is in a form of several steps. */
export function WizardSteps({ names, index, onGo }: WizardStepsProps) {
  return (
    <ol aria-label="Steps" className="flex items-center gap-2 text-sm">
      {names.map((name, at) => (
        <li key={name} className="flex items-center gap-2">
          {at > 0 && <span aria-hidden className="h-px w-4 bg-line sm:w-8" />}
          <button
            type="button"
            disabled={at >= index}
            aria-current={at === index ? "step" : undefined}
            onClick={() => onGo(at)}
            className={cn(
              "flex items-center gap-2 rounded-full",
              at === index ? "font-semibold text-ink" : "text-faint",
              at < index && "hover:text-ink",
            )}
          >
            <span
              aria-hidden
              className={cn(
                "grid size-6 place-items-center rounded-full text-xs tabular-nums [&_svg]:size-3.5",
                at <= index ? "bg-accent font-bold text-accent-ink" : "bg-raised",
              )}
            >
              {at < index ? <Check /> : at + 1}
            </span>
            {name}
          </button>
        </li>
      ))}
    </ol>
  );
}
