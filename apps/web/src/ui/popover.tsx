import { Popover as Radix } from "radix-ui";
import type { ReactNode } from "react";
import { cn } from "./cn.ts";
import { usePortalContainer } from "./use-portal-container.ts";

interface PopoverProps {
  readonly trigger: ReactNode;
  readonly label: string;
  readonly open?: boolean;
  readonly onOpenChange?: (open: boolean) => void;
  readonly align?: "start" | "end" | "center";
  readonly className?: string;
  readonly children: ReactNode;
}

/** A small panel on a button; closes by Escape or outside press. */
export function Popover({ trigger, label, align = "end", className, children, ...state }: PopoverProps) {
  const container = usePortalContainer();
  return (
    <Radix.Root {...state}>
      <Radix.Trigger asChild>{trigger}</Radix.Trigger>
      <Radix.Portal container={container}>
        <Radix.Content
          aria-label={label}
          align={align}
          sideOffset={8}
          collisionPadding={8}
          className={cn(
            "z-50 w-72 rounded-2xl border border-line bg-surface p-4 text-ink shadow-float data-[state=open]:animate-pop",
            className,
          )}
        >
          {children}
        </Radix.Content>
      </Radix.Portal>
    </Radix.Root>
  );
}
