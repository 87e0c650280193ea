import { hueOf } from "../lib/hue.ts";
import { cn } from "./cn.ts";

/** A user's initial on their own colour. Decorative: the name always stands beside it. */
export function Avatar({
  id,
  name,
  className,
}: {
  readonly id: string;
  readonly name: string;
  readonly className?: string;
}) {
  const hue = hueOf(id);
  return (
    <span
      aria-hidden
      className={cn(
        "inline-grid size-9 shrink-0 place-items-center rounded-full text-sm font-bold uppercase select-none",
        className,
      )}
      style={{
        background: `linear-gradient(135deg, oklch(0.8 0.13 ${hue}), oklch(0.68 0.15 ${(hue + 50) % 360}))`,
        color: `oklch(0.22 0.06 ${hue})`,
      }}
    >
      {name.charAt(0)}
    </span>
  );
}
