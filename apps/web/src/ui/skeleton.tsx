import { cn } from "./cn.ts";

/** The grey shape of something that is on its way. */
export function Skeleton({ className }: { readonly className?: string }) {
  return <div aria-hidden data-skeleton className={cn("animate-pulse rounded-xl bg-raised", className)} />;
}
