import type { ReactNode } from "react";
import { describeError } from "../lib/describe-error.ts";
import { ErrorState } from "../ui/states.tsx";
import { PasswordPrompt } from "./password-prompt.tsx";

interface ClosedDoorProps {
  readonly error: unknown;
  /** It is being asked for again. */
  readonly busy: boolean;
  /** What was tried; undefined: nothing yet. */
  readonly password: string | undefined;
  readonly onPassword: (password: string) => void;
  readonly onRetry: () => void;
  /** Stands where there is nothing behind the address. */
  readonly missing: ReactNode;
}

const missingCodes: ReadonlySet<string> = new Set([
  "room_not_found",
  "session_not_found",
  "lottery_not_found",
  "input_invalid",
]);

/** Why a room, or a session or lottery of it, does not open: it wants a password, is not there, or could not be asked for. */
export function ClosedDoor({ error, busy, password, onPassword, onRetry, missing }: ClosedDoorProps) {
  const { code } = describeError(error);
  if (code === "room_password_wrong" || code === "ticket_required")
    return <PasswordPrompt wrong={password !== undefined && !busy} busy={busy} onPassword={onPassword} />;
  return (
    <main id="main">{missingCodes.has(code) ? missing : <ErrorState error={error} onRetry={onRetry} />}</main>
  );
}
