import type { ReactNode } from "react";
import { cn } from "./cn.ts";

interface CardProps {
  readonly title?: string;
  readonly text?: ReactNode;
  readonly actions?: ReactNode;
  readonly className?: string;
  readonly children?: ReactNode;
}

export function Card({ title, text, actions, className, children }: CardProps) {
  return (
    <section className={cn("rounded-3xl border border-line bg-surface p-5 sm:p-6", className)}>
      {title !== undefined && (
        <header className="mb-4 flex flex-wrap items-start justify-between gap-3">
          <div>
            <h2 className="text-base font-semibold">{title}</h2>
            {text !== undefined && <p className="mt-0.5 text-sm text-faint">{text}</p>}
          </div>
          {actions}
        </header>
      )}
      {children}
    </section>
  );
}
