import { cn } from "../ui/cn.ts";
import { roomHuesOf } from "../ui/room-hues.ts";

const streaks = [
  { top: "14%", width: "22%", seconds: 19, delay: -3, opacity: 0.1 },
  { top: "29%", width: "13%", seconds: 13, delay: -9, opacity: 0.07 },
  { top: "47%", width: "30%", seconds: 24, delay: -15, opacity: 0.06 },
  { top: "66%", width: "17%", seconds: 16, delay: -6, opacity: 0.09 },
  { top: "83%", width: "26%", seconds: 21, delay: -12, opacity: 0.07 },
] as const;

/** Slow light in the room's colour, with faint lines drifting by. It dims and rests while the room is off air. */
export function StageBackdrop({ hue, live }: { readonly hue: number; readonly live: boolean }) {
  const [base, lit, shade] = roomHuesOf(hue);
  const blob = (turn: number, lightness: number) =>
    `radial-gradient(closest-side in oklab, oklch(${lightness} 0.17 ${turn}), transparent)`;
  return (
    <div
      aria-hidden
      className={cn(
        "absolute inset-0 -z-10 transition-[filter] duration-1000",
        !live && "brightness-45 saturate-50",
      )}
      style={{ background: `oklch(0.25 0.075 ${base})` }}
    >
      <div
        className={cn("absolute -top-1/3 -left-1/4 h-[120%] w-[85%] opacity-85", live && "animate-drift")}
        style={{ background: blob(base, 0.55) }}
      />
      <div
        className={cn(
          "absolute -right-1/4 -bottom-1/2 h-[130%] w-[90%] opacity-80",
          live && "animate-drift [animation-direction:alternate-reverse] [animation-duration:25s]",
        )}
        style={{ background: blob(lit, 0.48) }}
      />
      <div
        className={cn(
          "absolute -top-1/4 left-1/3 h-[90%] w-[70%] opacity-65",
          live && "animate-drift [animation-duration:31s]",
        )}
        style={{ background: blob(shade, 0.46) }}
      />
      {live &&
        streaks.map((streak) => (
          <span
            key={streak.top}
            className="absolute left-0 h-[2.2%] animate-streak rounded-full bg-white motion-reduce:hidden"
            style={{
              top: streak.top,
              width: streak.width,
              opacity: streak.opacity,
              animationDuration: `${streak.seconds}s`,
              animationDelay: `${streak.delay}s`,
            }}
          />
        ))}
      <div className="absolute inset-0 bg-linear-to-t from-black/35 via-transparent to-black/20" />
    </div>
  );
}
