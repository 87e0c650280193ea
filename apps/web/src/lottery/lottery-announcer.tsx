import type { LotteryFeed } from "./lottery-feed.ts";

/** Reads countdown and results out, politely. The chat's own announcer sums up a crowd; this must not get lost in it. */
export function LotteryAnnouncer({ said }: { readonly said: LotteryFeed["said"] }) {
  return (
    <p aria-live="polite" className="sr-only" data-testid="lottery-announcer">
      {said !== null && <span key={said.key}>{said.text}</span>}
    </p>
  );
}
