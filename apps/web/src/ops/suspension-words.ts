import { formatDateTime } from "../lib/format.ts";
import type { ManagedUser } from "./suspend-dialog.tsx";

/** Since when, until when, by whom and why. */
export function suspensionWords(suspension: NonNullable<ManagedUser["suspension"]>): string {
  const { sinceMs, untilMs, by, reason } = suspension;
  const end = untilMs === null ? "without end" : `until ${formatDateTime(untilMs)}`;
  return `${formatDateTime(sinceMs)}, ${end}, by ${by?.name ?? "somebody who is gone"}: ${reason}`;
}
