import { cn } from "./cn.ts";
import { roomHuesOf } from "./room-hues.ts";

interface CoverArtProps {
  /** 0–359; the room's own. */
  readonly hue: number;
  /** Decides where the bars lie: the same seed always looks the same. */
  readonly seed: string;
  /** The name that its first letter is taken from; left out: none is drawn. */
  readonly name?: string;
  readonly className?: string;
}

const barCount = 11;

/**
 * A picture for a room that has none, drawn from its name: light in the room's colours, the name's first letter, and
 * lines of text passing through it.
 */
export function CoverArt({ hue, seed, name, className }: CoverArtProps) {
  const [base, lit, shade] = roomHuesOf(hue);
  const light = (at: string, lightness: number, turn: number) =>
    `radial-gradient(ellipse at ${at} in oklab, oklch(${lightness} 0.16 ${turn}), transparent 65%)`;
  return (
    <div
      aria-hidden
      className={cn("relative overflow-hidden", className)}
      style={{
        background: [
          light("10% 5%", 0.68, base),
          light("95% 15%", 0.58, lit),
          light("60% 115%", 0.48, shade),
          `oklch(0.28 0.08 ${base})`,
        ].join(","),
      }}
    >
      <svg viewBox="0 0 320 180" preserveAspectRatio="xMidYMid slice" className="absolute inset-0 size-full">
        {name !== undefined && (
          <text
            x="160"
            y="92"
            textAnchor="middle"
            dominantBaseline="central"
            fontSize="104"
            fontWeight="800"
            fill="white"
            opacity="0.34"
          >
            {firstLetterOf(name)}
          </text>
        )}
        {barsOf(seed).map((bar) => (
          <rect
            key={bar.y}
            x={bar.x}
            y={bar.y}
            width={bar.width}
            height="7"
            rx="3.5"
            fill="white"
            opacity={bar.opacity}
            className="transition-transform duration-1000 ease-out group-hover:-translate-x-6 group-focus-visible:-translate-x-6"
            style={{ transitionDuration: `${700 + bar.opacity * 3000}ms` }}
          />
        ))}
      </svg>
    </div>
  );
}

/** As people count letters: a letter with its accents, a whole emoji. */
function firstLetterOf(name: string): string {
  const [first] = new Intl.Segmenter().segment(name);
  return (first?.segment ?? "").toLocaleUpperCase();
}

function barsOf(seed: string) {
  let state = 17;
  for (const character of seed) state = (Math.imul(state, 31) + character.charCodeAt(0)) >>> 0;
  // Numerical Recipes' linear congruential generator: only the look depends on it.
  const next = () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
  return Array.from({ length: barCount }, (_, index) => ({
    x: Math.round(next() * 330 - 40),
    y: 8 + index * 15.5,
    width: Math.round(28 + next() * 92),
    opacity: Number((0.05 + next() * 0.16).toFixed(3)),
  }));
}
