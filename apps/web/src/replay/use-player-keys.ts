import { useEffect, useRef } from "react";

/** What a key does that belongs to the whole page. */
export type PlayerKeys = Readonly<Record<string, () => void>>;

/**
 * The player's keys, wherever the focus is, as long as nothing there needs them: a button has its space bar, a
 * menu its arrows, the chat its Home and End, and who types, types.
 */
export function usePlayerKeys(actions: PlayerKeys): void {
  const latest = useRef(actions);
  useEffect(() => {
    latest.current = actions;
  });
  useEffect(() => {
    const onKeyDown = (event: KeyboardEvent) => {
      if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return;
      const action = latest.current[event.key];
      if (action === undefined || isNeeded(event.key, event.target)) return;
      event.preventDefault();
      action();
    };
    document.addEventListener("keydown", onKeyDown);
    return () => document.removeEventListener("keydown", onKeyDown);
  }, []);
}

function isNeeded(key: string, target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false;
  if (target.isContentEditable || target.matches("input, textarea, select")) return true;
  if (target.closest("[role=dialog], [role=alertdialog], [role=menu]") !== null) return true;
  if (key === " ") return target.closest("button, a, summary, [role=switch]") !== null;
  if (key === "Home" || key === "End") return target.closest("[role=log]") !== null;
  return false;
}
