import { ShortcutsHelp } from "../room/shortcuts-help.tsx";

const keys = [
  ["space", "Play or pause"],
  ["←  →", "5 seconds back or forward"],
  ["Home  End", "To the beginning or the end"],
  ["<  >", "Slower or faster"],
  ["n", "Next gift or lottery"],
  ["d", "Danmaku on or off"],
  ["f", "Full screen"],
  ["e", "Jump to the newest message"],
  ["?", "Show these keys"],
] as const;

/** The button that lists the player's keys. */
export function PlayerKeysHelp({ className }: { readonly className: string }) {
  return <ShortcutsHelp className={className} shortcuts={keys} />;
}
