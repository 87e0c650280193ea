import { RotateCw, TriangleAlert } from "lucide-react";
import type { ReactNode } from "react";
import { describeError } from "../lib/describe-error.ts";
import { Button } from "./button.tsx";
import { cn } from "./cn.ts";

interface EmptyStateProps {
  readonly icon: ReactNode;
  readonly title: string;
  readonly text?: ReactNode;
  readonly action?: ReactNode;
  readonly className?: string;
}

/** What a place says when there is nothing in it, and what to do about that. */
export function EmptyState({ icon, title, text, action, className }: EmptyStateProps) {
  return (
    <div className={cn("grid justify-items-center gap-2 px-6 py-16 text-center", className)}>
      <span
        aria-hidden
        className="mb-2 grid size-14 place-items-center rounded-2xl bg-raised text-accent-text [&_svg]:size-6"
      >
        {icon}
      </span>
      <h2 className="text-lg font-semibold">{title}</h2>
      {text !== undefined && <p className="max-w-sm text-sm text-soft">{text}</p>}
      {action !== undefined && <div className="mt-3">{action}</div>}
    </div>
  );
}

/** What a place says when it could not be loaded. */
export function ErrorState({
  error,
  onRetry,
  className,
}: {
  readonly error: unknown;
  readonly onRetry?: () => void;
  readonly className?: string;
}) {
  const { text } = describeError(error);
  return (
    <div role="alert" className={className}>
      <EmptyState
        icon={<TriangleAlert />}
        title="That did not work"
        text={text}
        action={
          onRetry !== undefined && (
            <Button onClick={onRetry}>
              <RotateCw />
              Try again
            </Button>
          )
        }
      />
    </div>
  );
}
