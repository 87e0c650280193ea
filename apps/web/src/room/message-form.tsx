import { createMessageKey } from "@barrage/client";
import { codePointsOf } from "@barrage/domain";
import { Send, Star } from "lucide-react";
import { type FormEvent, type RefObject, useRef } from "react";
import { useRemaining } from "../lib/use-now.ts";
import { Button } from "../ui/button.tsx";
import { cn } from "../ui/cn.ts";
import { Tooltip } from "../ui/tooltip.tsx";
import { GiftPicker } from "./gift-picker.tsx";
import type { MessageSender } from "./message-sender.ts";
import { MessageStylePicker } from "./message-style-picker.tsx";
import type { RoomNow } from "./room-now.ts";
import { type MessageDraft, useMessageDraft } from "./use-message-draft.ts";
import { useShortcuts } from "./use-shortcuts.ts";

interface MessageFormProps {
  readonly room: RoomNow;
  readonly lockedUntilMs: number;
  readonly sender: MessageSender;
}

/** The box to write in. It keeps the focus after sending, and counts down while the server wants a pause. */
export function MessageForm({ room, lockedUntilMs, sender }: MessageFormProps) {
  const draft = useMessageDraft();
  const input = useRef<HTMLInputElement>(null);
  const lockedMs = useRemaining(lockedUntilMs);
  useShortcuts({ "/": () => input.current?.focus() });
  const { complaint, special } = draft;

  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (lockedMs > 0 || draft.text.trim() === "") return;
    const taken = draft.take();
    if (taken !== undefined) sender.send(taken);
    input.current?.focus();
  };
  const toggleSpecial = () => {
    draft.setSpecial(!special);
    input.current?.focus();
  };
  return (
    <form onSubmit={submit} className="grid gap-2">
      <MessageBox draft={draft} input={input} lockedMs={lockedMs} />
      <div className="flex min-h-8 items-center gap-1">
        <GiftPicker
          onGive={(gift, count) =>
            sender.send({ key: createMessageKey(), content: { kind: "gift", gift, count } })
          }
        />
        <Tooltip text="Super message: large, and pinned for all">
          <Button
            variant="ghost"
            size="sm"
            aria-pressed={special}
            className={cn(special && "bg-accent-wash text-accent-text")}
            onClick={toggleSpecial}
          >
            <Star /> Super
          </Button>
        </Tooltip>
        <p
          id="composer-note"
          className={cn(
            "ml-auto text-right text-xs",
            complaint === undefined ? "text-faint" : "text-danger-text",
          )}
          role={complaint === undefined ? undefined : "alert"}
        >
          {complaint ?? rulesOf(room)}
        </p>
      </div>
    </form>
  );
}

interface MessageBoxProps {
  readonly draft: MessageDraft;
  readonly input: RefObject<HTMLInputElement | null>;
  readonly lockedMs: number;
}

function MessageBox({ draft, input, lockedMs }: MessageBoxProps) {
  const { special } = draft;
  return (
    <div
      className={cn(
        "relative flex items-center rounded-2xl border border-line bg-canvas transition focus-within:border-ring focus-within:ring-1 focus-within:ring-ring",
        special && "border-accent bg-accent-wash",
      )}
    >
      <MessageStylePicker
        color={draft.color}
        mode={draft.mode}
        onColor={draft.setColor}
        onMode={draft.setMode}
        disabled={special}
      />
      <input
        ref={input}
        value={draft.text}
        onChange={(event) => draft.setText(event.target.value)}
        onKeyDown={(event) => event.key === "Escape" && event.currentTarget.blur()}
        aria-label={special ? "Super message" : "Message"}
        aria-invalid={draft.complaint !== undefined}
        aria-describedby="composer-note"
        autoComplete="off"
        enterKeyHint="send"
        placeholder={special ? "Something to remember…" : "Say something…"}
        className="h-11 min-w-0 grow bg-transparent text-base outline-none placeholder:text-faint sm:text-sm"
      />
      <Counter used={codePointsOf(draft.text.normalize("NFKC"))} max={draft.codePointsMax} />
      <Button
        type="submit"
        variant="primary"
        size="icon-sm"
        className="mr-1.5 h-8 w-auto min-w-8 rounded-xl px-2"
        disabled={lockedMs > 0}
        aria-label={lockedMs > 0 ? "Wait before the next message" : "Send"}
      >
        {lockedMs > 0 ? (
          <span className="text-xs tabular-nums">{Math.ceil(lockedMs / 1000)} s</span>
        ) : (
          <Send />
        )}
      </Button>
    </div>
  );
}

function Counter({ used, max }: { readonly used: number; readonly max: number }) {
  if (used === 0) return null;
  const over = used > max;
  return (
    <span className={cn("px-2 text-xs tabular-nums", over ? "font-semibold text-danger-text" : "text-faint")}>
      {used}/{max}
      {over && <span className="sr-only"> characters: too long</span>}
    </span>
  );
}

function rulesOf(room: RoomNow): string {
  const rules = [
    room.slowModeMs > 0 ? `Slow mode: ${Math.round(room.slowModeMs / 1000)} s` : "",
    room.followersOnly ? "Followers only" : "",
  ];
  return rules.filter((rule) => rule !== "").join(" · ");
}
