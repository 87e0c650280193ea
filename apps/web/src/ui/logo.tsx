import { cn } from "./cn.ts";

/** The mark: three lines of text on their way across the picture, and the sparks behind them. */
export function LogoMark({ className }: { readonly className?: string }) {
  return (
    <svg viewBox="0 0 32 32" aria-hidden className={cn("size-8", className)}>
      <rect width="32" height="32" rx="9" fill="#ffb938" />
      <g fill="#1b1508">
        <rect
          x="12"
          y="7.5"
          width="13"
          height="4.6"
          rx="2.3"
          className="transition-transform duration-300 group-hover:-translate-x-1"
        />
        <rect
          x="6.5"
          y="13.7"
          width="14"
          height="4.6"
          rx="2.3"
          className="transition-transform duration-500 group-hover:-translate-x-0.5"
        />
        <rect
          x="10"
          y="19.9"
          width="15.5"
          height="4.6"
          rx="2.3"
          className="transition-transform duration-400 group-hover:-translate-x-1.5"
        />
      </g>
      <g fill="#1b1508" opacity="0.45">
        <circle cx="8.4" cy="9.8" r="1.5" />
        <circle cx="24.6" cy="16" r="1.5" />
        <circle cx="6.3" cy="22.2" r="1.5" />
      </g>
    </svg>
  );
}

export function Logo() {
  return (
    <span className="group inline-flex items-center gap-2.5">
      <LogoMark />
      <span className="text-lg font-extrabold tracking-tight">Barrage</span>
    </span>
  );
}
