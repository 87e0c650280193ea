import type { ReactNode } from "react";
import { cn } from "./cn.ts";

const tones = {
  live: "bg-live text-live-ink font-bold tracking-wide",
  neutral: "bg-raised text-soft",
  accent: "bg-accent-wash text-accent-text",
  shade: "bg-black/60 text-white backdrop-blur-sm",
} as const;

interface BadgeProps {
  readonly tone?: keyof typeof tones;
  readonly className?: string;
  readonly children: ReactNode;
}

export function Badge({ tone = "neutral", className, children }: BadgeProps) {
  return (
    <span
      className={cn(
        "inline-flex h-6 items-center gap-1.5 rounded-full px-2.5 text-xs whitespace-nowrap [&_svg]:size-3.5",
        tones[tone],
        className,
      )}
    >
      {children}
    </span>
  );
}

export function LiveBadge({ className }: { readonly className?: string }) {
  return (
    <Badge tone="live" className={cn("uppercase", className)}>
      <span aria-hidden className="size-1.5 animate-pulse-dot rounded-full bg-current" />
      Live
    </Badge>
  );
}
