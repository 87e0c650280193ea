import type { ReactNode } from "react";

/** A number with what it is, one of several side by side. */
export function Figure({ label, children }: { readonly label: string; readonly children: ReactNode }) {
  return (
    <div className="min-w-24">
      <dt className="text-xs text-faint">{label}</dt>
      <dd className="text-sm font-medium tabular-nums">{children}</dd>
    </div>
  );
}
