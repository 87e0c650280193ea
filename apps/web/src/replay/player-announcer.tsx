import { useEffect, useRef, useState } from "react";
import { momentInWords } from "./moment-text.ts";
import type { Player, PlayerState } from "./player.ts";

interface PlayerAnnouncerProps {
  readonly player: Player;
  readonly state: PlayerState;
}

/** Says what the player's keys and buttons have done, which only the eye could see. */
export function PlayerAnnouncer({ player, state }: PlayerAnnouncerProps) {
  const [text, setText] = useState("");
  const before = useRef(state);
  useEffect(() => {
    const words = changeInWords(before.current, state, player.positionMs());
    before.current = state;
    if (words !== undefined) setText(words);
  }, [player, state]);
  return (
    <p aria-live="polite" className="sr-only" data-testid="player-said">
      {text}
    </p>
  );
}

/** What has changed, for who can't see it; undefined: nothing that must be told. */
export function changeInWords(before: PlayerState, now: PlayerState, positionMs: number): string | undefined {
  if (now.isEnded && !before.isEnded) return "The replay is over.";
  if (now.isLive && !before.isLive) return "Caught up: this is live.";
  if (now.trouble?.isFinal === true && before.trouble?.isFinal !== true) return "The replay has stopped.";
  if (now.speed !== before.speed) return `Speed ${now.speed}.`;
  // The first is no jump: it is where the page began.
  if (now.moves !== before.moves && before.moves > 0) return `Moved to ${momentInWords(positionMs)}.`;
  if (now.isPlaying !== before.isPlaying) {
    return now.isPlaying ? "Playing." : `Paused at ${momentInWords(positionMs)}.`;
  }
  return undefined;
}
