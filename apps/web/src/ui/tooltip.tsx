import { Tooltip as Radix } from "radix-ui";
import type { ReactNode } from "react";
import { usePortalContainer } from "./use-portal-container.ts";

/** A short text on hover and focus. Never the only place where something is said: give the trigger a name too. */
export function Tooltip({ text, children }: { readonly text: ReactNode; readonly children: ReactNode }) {
  const container = usePortalContainer();
  return (
    <Radix.Root delayDuration={350}>
      <Radix.Trigger asChild>{children}</Radix.Trigger>
      <Radix.Portal container={container}>
        <Radix.Content
          sideOffset={6}
          collisionPadding={8}
          className="z-50 flex items-center gap-2 rounded-lg bg-ink px-2.5 py-1.5 text-xs text-canvas data-[state=delayed-open]:animate-pop"
        >
          {text}
        </Radix.Content>
      </Radix.Portal>
    </Radix.Root>
  );
}
