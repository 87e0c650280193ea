import { LoaderCircle } from "lucide-react";
import { cn } from "./cn.ts";

export function Spinner({ className, label }: { readonly className?: string; readonly label: string }) {
  return (
    <output className={cn("inline-grid place-items-center", className)}>
      <LoaderCircle aria-hidden className="size-4 animate-spin" />
      <span className="sr-only">{label}</span>
    </output>
  );
}
