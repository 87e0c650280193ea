import { Slot } from "radix-ui";
import type { ComponentProps } from "react";
import { cn } from "./cn.ts";
import { Spinner } from "./spinner.tsx";

const variants = {
  primary: "bg-accent text-accent-ink hover:brightness-108 active:brightness-95 font-semibold",
  live: "bg-live text-live-ink hover:brightness-110 active:brightness-95 font-semibold",
  outline: "border border-line bg-surface text-ink hover:bg-raised",
  ghost: "text-soft hover:bg-raised hover:text-ink",
  danger: "bg-danger-wash text-danger-text hover:brightness-125 light:hover:brightness-95 font-medium",
} as const;

const sizes = {
  sm: "h-8 rounded-lg px-3 text-sm gap-1.5",
  md: "h-10 rounded-xl px-4 text-sm gap-2",
  lg: "h-12 rounded-xl px-6 text-base gap-2",
  icon: "size-10 rounded-xl",
  "icon-sm": "size-8 rounded-lg",
} as const;

export interface ButtonProps extends ComponentProps<"button"> {
  readonly variant?: keyof typeof variants;
  readonly size?: keyof typeof sizes;
  /** Renders the child (a link, say) with the button's looks. */
  readonly asChild?: boolean;
  /** Shows a spinner and refuses presses; the button keeps its width and its focus. */
  readonly busy?: boolean;
}

export function Button({ variant = "outline", size = "md", asChild, busy, className, ...rest }: ButtonProps) {
  const look = cn(
    "relative inline-flex shrink-0 items-center justify-center whitespace-nowrap transition duration-150 select-none",
    "active:scale-[0.98] disabled:pointer-events-none disabled:opacity-50 aria-disabled:opacity-60",
    "[&_svg]:size-4 [&_svg]:shrink-0",
    variants[variant],
    sizes[size],
    className,
  );
  if (asChild === true) return <Slot.Root className={look} {...rest} />;
  const { children, onClick, type = "button", ...others } = rest;
  return (
    <button
      type={type}
      className={look}
      aria-busy={busy}
      aria-disabled={busy}
      onClick={(event) => (busy === true ? event.preventDefault() : onClick?.(event))}
      {...others}
    >
      <span className={cn("contents", busy === true && "invisible")}>{children}</span>
      {busy === true && <Spinner className="absolute" label="Working" />}
    </button>
  );
}
