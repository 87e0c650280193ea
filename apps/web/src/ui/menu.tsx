import { DropdownMenu } from "radix-ui";
import type { ComponentProps, ReactNode } from "react";
import { cn } from "./cn.ts";
import { usePortalContainer } from "./use-portal-container.ts";

interface MenuProps {
  readonly trigger: ReactNode;
  readonly align?: "start" | "end";
  readonly onOpenChange?: (open: boolean) => void;
  readonly children: ReactNode;
}

/** A menu on a button. Not modal: the page behind keeps scrolling, as chat must. */
export function Menu({ trigger, align = "end", onOpenChange, children }: MenuProps) {
  const container = usePortalContainer();
  return (
    <DropdownMenu.Root modal={false} {...(onOpenChange === undefined ? {} : { onOpenChange })}>
      <DropdownMenu.Trigger asChild>{trigger}</DropdownMenu.Trigger>
      <DropdownMenu.Portal container={container}>
        <DropdownMenu.Content
          align={align}
          sideOffset={6}
          collisionPadding={8}
          className="z-50 min-w-48 rounded-2xl border border-line bg-surface p-1.5 text-ink shadow-float data-[state=open]:animate-pop"
        >
          {children}
        </DropdownMenu.Content>
      </DropdownMenu.Portal>
    </DropdownMenu.Root>
  );
}

export function MenuItem({
  className,
  danger,
  ...rest
}: ComponentProps<typeof DropdownMenu.Item> & { readonly danger?: boolean }) {
  return (
    <DropdownMenu.Item
      className={cn(
        "flex cursor-pointer items-center gap-2.5 rounded-xl px-3 py-2 text-sm outline-none select-none",
        "data-[highlighted]:bg-raised data-[disabled]:opacity-50 [&_svg]:size-4",
        danger === true ? "text-danger-text" : "text-ink",
        className,
      )}
      {...rest}
    />
  );
}

export function MenuLabel({ children }: { readonly children: ReactNode }) {
  return <DropdownMenu.Label className="px-3 py-1.5 text-xs text-faint">{children}</DropdownMenu.Label>;
}

export function MenuSeparator() {
  return <DropdownMenu.Separator className="my-1.5 h-px bg-line" />;
}
