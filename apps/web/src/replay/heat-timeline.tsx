import { type KeyboardEvent, type PointerEvent, useMemo, useRef, useState } from "react";
import type { ReplayMark } from "../lib/app-router.ts";
import { formatDuration } from "../lib/format.ts";
import { cn } from "../ui/cn.ts";
import { heatBox, heatPath } from "./heat-curve.ts";
import { markWords } from "./mark-words.ts";
import { momentInWords } from "./moment-text.ts";
import { markNear, momentAt, shareOf } from "./timeline-math.ts";
import type { Scrub } from "./use-scrub.ts";

interface HeatTimelineProps {
  readonly positionMs: number;
  readonly durationMs: number;
  /** Danmaku of each part of the session; empty while they are not known. */
  readonly counts: readonly number[];
  readonly marks: readonly ReplayMark[];
  readonly scrub: Scrub;
}

const smallStepMs = 5_000;
const largeStepMs = 30_000;

/** The session from end to end: how much was said when, what is marked, and where the replay is. A slider. */
export function HeatTimeline({ positionMs, durationMs, counts, marks, scrub }: HeatTimelineProps) {
  const track = useRef<HTMLDivElement>(null);
  const [hoverMs, setHover] = useState<number | null>(null);
  const shownMs = scrub.ghostMs ?? positionMs;
  const path = useMemo(() => heatPath(counts), [counts]);
  const played = `${shareOf(shownMs, durationMs) * 100}%`;

  const momentOf = (event: PointerEvent) => {
    const box = track.current?.getBoundingClientRect();
    return box === undefined ? 0 : momentAt((event.clientX - box.left) / box.width, durationMs);
  };
  const onPointerDown = (event: PointerEvent<HTMLDivElement>) => {
    if (event.button !== 0) return;
    event.currentTarget.setPointerCapture(event.pointerId);
    scrub.drag(momentOf(event));
  };
  const onPointerMove = (event: PointerEvent<HTMLDivElement>) => {
    setHover(momentOf(event));
    if (event.currentTarget.hasPointerCapture(event.pointerId)) scrub.drag(momentOf(event));
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const action = keys[event.key];
    if (action === undefined || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    action(scrub, durationMs);
  };

  return (
    <div
      ref={track}
      // An input would have to lie over the curve unseen, and takes keys that mean other steps.
      // oxlint-disable-next-line jsx-a11y/prefer-tag-over-role
      role="slider"
      tabIndex={0}
      aria-label="Moment of the session"
      aria-valuemin={0}
      aria-valuemax={Math.round(durationMs / 1000)}
      aria-valuenow={Math.floor(shownMs / 1000)}
      aria-valuetext={`${momentInWords(shownMs)} of ${momentInWords(durationMs)}`}
      className="group/track relative h-12 cursor-pointer touch-none rounded-lg select-none"
      onPointerDown={onPointerDown}
      onPointerMove={onPointerMove}
      onPointerUp={() => scrub.end(true)}
      onPointerCancel={() => scrub.end(false)}
      onPointerLeave={() => setHover(null)}
      onKeyDown={onKeyDown}
    >
      <HeatCurve path={path} played={played} />
      <div aria-hidden className="absolute inset-x-0 bottom-1.5 h-1 overflow-hidden rounded-full bg-white/25">
        <div className="h-full bg-accent" style={{ width: played }} />
      </div>
      {marks.map((mark) => (
        <MarkDot
          key={`${mark.kind} ${mark.offsetMs}`}
          mark={mark}
          left={`${shareOf(mark.offsetMs, durationMs) * 100}%`}
        />
      ))}
      <span
        aria-hidden
        className={cn(
          "absolute bottom-0.5 size-3 -translate-x-1/2 rounded-full bg-accent shadow ring-2 ring-black/40 transition-transform group-hover/track:scale-125",
          scrub.ghostMs !== null && "scale-150",
        )}
        style={{ left: played }}
      />
      {(scrub.ghostMs ?? hoverMs) !== null && (
        <Hint
          offsetMs={scrub.ghostMs ?? hoverMs ?? 0}
          durationMs={durationMs}
          counts={counts}
          marks={marks}
        />
      )}
    </div>
  );
}

const keys: Readonly<Record<string, (scrub: Scrub, durationMs: number) => void>> = {
  ArrowRight: ({ nudge }) => nudge(smallStepMs),
  ArrowUp: ({ nudge }) => nudge(smallStepMs),
  ArrowLeft: ({ nudge }) => nudge(-smallStepMs),
  ArrowDown: ({ nudge }) => nudge(-smallStepMs),
  PageUp: ({ nudge }) => nudge(largeStepMs),
  PageDown: ({ nudge }) => nudge(-largeStepMs),
  Home: ({ goSoon }) => goSoon(0),
  End: ({ goSoon }, durationMs) => goSoon(durationMs),
};

/** Drawn twice: all of it, and over it what has been played. */
function HeatCurve({ path, played }: { readonly path: string; readonly played: string }) {
  const picture = (
    <svg
      viewBox={`0 0 ${heatBox.width} ${heatBox.height}`}
      preserveAspectRatio="none"
      className="absolute inset-0 size-full"
    >
      <path d={path} fill="currentColor" />
    </svg>
  );
  return (
    <div aria-hidden data-testid="heat" className="absolute inset-x-0 top-0 bottom-2">
      <div className="absolute inset-0 text-white/20">{picture}</div>
      <div
        className="absolute inset-0 text-accent/55"
        style={{ clipPath: `inset(0 calc(100% - ${played}) 0 0)` }}
      >
        {picture}
      </div>
    </div>
  );
}

const dots = {
  gift: "bg-[#ff9ecb]",
  "lottery.opened": "bg-[#6ecbff]",
  "lottery.drawn": "bg-[#ffcf66]",
} as const satisfies Record<ReplayMark["kind"], string>;

function MarkDot({ mark, left }: { readonly mark: ReplayMark; readonly left: string }) {
  return (
    <span
      aria-hidden
      className={cn(
        "pointer-events-none absolute bottom-[5px] h-1.5 w-1.5 -translate-x-1/2 rounded-full ring-1 ring-black/50",
        mark.kind !== "gift" && "h-2.5 w-1.5",
        dots[mark.kind],
      )}
      style={{ left }}
    />
  );
}

/** How near to a mark the pointer must be, as a share of the session. */
const reachShare = 0.012;

interface HintProps {
  readonly offsetMs: number;
  readonly durationMs: number;
  readonly counts: readonly number[];
  readonly marks: readonly ReplayMark[];
}

/** What is at a moment. For the eye; the list of moments has it for everybody. */
function Hint({ offsetMs, durationMs, counts, marks }: HintProps) {
  const share = shareOf(offsetMs, durationMs);
  const count = counts[Math.min(counts.length - 1, Math.floor(share * counts.length))] ?? 0;
  const mark = markNear(marks, offsetMs, durationMs * reachShare);
  return (
    <div
      aria-hidden
      className="pointer-events-none absolute bottom-full z-10 mb-1.5 grid w-max max-w-56 -translate-x-1/2 justify-items-center gap-0.5 rounded-lg bg-black/85 px-2.5 py-1.5 text-center text-xs text-white"
      style={{ left: `clamp(3.5rem, ${share * 100}%, calc(100% - 3.5rem))` }}
    >
      {mark !== undefined && (
        <span className="line-clamp-2 font-medium text-[#ffcf66]">{markWords(mark)}</span>
      )}
      <span className="tabular-nums">
        <b className="font-semibold">{formatDuration(offsetMs)}</b>
        {count > 0 && <span className="text-white/75"> · {count} danmaku</span>}
      </span>
    </div>
  );
}
