import type { ReactNode } from "react";

/** A key of the keyboard. */
export function Kbd({ children }: { readonly children: ReactNode }) {
  return (
    <kbd className="inline-grid h-5 min-w-5 place-items-center rounded-md border border-faint/40 px-1 font-mono text-[11px] leading-none">
      {children}
    </kbd>
  );
}
