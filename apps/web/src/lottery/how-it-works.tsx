import { Card } from "../ui/card.tsx";

const steps = [
  [
    "Sealed before anybody enters.",
    "When a lottery opens, the server publishes a fingerprint of a secret seed.",
  ],
  [
    "Frozen at the close.",
    "All entries together give one number, the Merkle root. It is published before the draw; an entry added, left out or changed would give another.",
  ],
  [
    "Drawn by arithmetic.",
    "Seed, root and, where one is used, a public beacon's number rank the entries. Nobody chooses.",
  ],
  [
    "Opened with the result.",
    "The seed is shown. It must have the first fingerprint, and the same steps must give the same winners.",
  ],
] as const;

/** How a draw can be checked at all, for people. */
export function HowItWorks() {
  return (
    <Card title="How a draw can be checked">
      <ol className="grid gap-3">
        {steps.map(([title, text], index) => (
          <li key={title} className="flex gap-3 text-sm">
            <span
              aria-hidden
              className="grid size-6 shrink-0 place-items-center rounded-full bg-accent-wash text-xs font-bold text-accent-text"
            >
              {index + 1}
            </span>
            <p className="text-soft">
              <b className="font-semibold text-ink">{title}</b> {text}
            </p>
          </li>
        ))}
      </ol>
    </Card>
  );
}
