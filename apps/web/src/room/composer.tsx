import { createMessageKey } from "@barrage/client";
import {
  codePointsOf,
  danmakuCodePointsMax,
  normalizeMessageText,
  superCodePointsMax,
} from "@barrage/domain";
import type { DanmakuMode } from "@barrage/protocol";
import { Send, Star } from "lucide-react";
import { type FormEvent, type KeyboardEvent, useRef, useState } from "react";
import { describeError } from "../lib/describe-error.ts";
import { useNow } from "../lib/use-now.ts";
import { Button } from "../ui/button.tsx";
import { cn } from "../ui/cn.ts";
import { Tooltip } from "../ui/tooltip.tsx";
import { ComposerGate } from "./composer-gate.tsx";
import { GiftPicker } from "./gift-picker.tsx";
import type { MessageSender } from "./message-sender.ts";
import { MessageStylePicker } from "./message-style-picker.tsx";
import type { RoomFeed } from "./room-feed.ts";
import type { RoomNow } from "./room-now.ts";
import { useShortcuts } from "./use-shortcuts.ts";
import { writeBarrier } from "./write-barrier.ts";

interface ComposerProps {
  readonly room: RoomNow;
  readonly feed: RoomFeed;
  readonly sender: MessageSender;
}

/** Where a viewer writes; or, when they can't, the reason and the way there. */
export function Composer({ room, feed, sender }: ComposerProps) {
  const barrier = writeBarrier(room, feed, Date.now());
  return (
    <div className="border-t border-line bg-surface p-3 pb-[max(0.75rem,env(safe-area-inset-bottom))]">
      {barrier === null ? (
        <MessageForm room={room} lockedUntilMs={feed.lockedUntilMs} sender={sender} />
      ) : (
        <ComposerGate barrier={barrier} room={room} />
      )}
    </div>
  );
}

interface MessageFormProps {
  readonly room: RoomNow;
  readonly lockedUntilMs: number;
  readonly sender: MessageSender;
}

function MessageForm({ room, lockedUntilMs, sender }: MessageFormProps) {
  const [text, setText] = useState("");
  const [special, setSpecial] = useState(false);
  const [color, setColor] = useState("#ffffff");
  const [mode, setMode] = useState<DanmakuMode>("scroll");
  const [complaint, setComplaint] = useState<string>();
  const input = useRef<HTMLInputElement>(null);
  const lockedMs = useLock(lockedUntilMs);
  useShortcuts({ "/": () => input.current?.focus() });

  const codePointsMax = special ? superCodePointsMax : danmakuCodePointsMax;
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (lockedMs > 0 || text.trim() === "") return;
    try {
      const words = normalizeMessageText(text, { codePointsMax });
      const key = createMessageKey();
      sender.send(
        special ? { kind: "super", key, text: words } : { kind: "danmaku", key, text: words, color, mode },
      );
      setText("");
      setSpecial(false);
      setComplaint(undefined);
    } catch (error) {
      setComplaint(describeError(error).text);
    }
    input.current?.focus();
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === "Escape") input.current?.blur();
  };

  return (
    <form onSubmit={submit} className="grid gap-2">
      <div
        className={cn(
          "relative flex items-center rounded-2xl border border-line bg-canvas transition focus-within:border-ring",
          special && "border-accent bg-accent-wash",
        )}
      >
        <MessageStylePicker
          color={color}
          mode={mode}
          onColor={setColor}
          onMode={setMode}
          disabled={special}
        />
        <input
          ref={input}
          value={text}
          onChange={(event) => setText(event.target.value)}
          onKeyDown={onKeyDown}
          aria-label={special ? "Super message" : "Message"}
          aria-invalid={complaint !== undefined}
          aria-describedby="composer-note"
          autoComplete="off"
          enterKeyHint="send"
          placeholder={special ? "Something to remember…" : "Say something…"}
          className="h-11 min-w-0 grow bg-transparent text-base outline-none placeholder:text-faint sm:text-sm"
        />
        <Counter used={codePointsOf(text.normalize("NFKC"))} max={codePointsMax} />
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
      <div className="flex min-h-8 items-center gap-1">
        <GiftPicker
          onGive={(gift, count) => sender.send({ kind: "gift", key: createMessageKey(), gift, count })}
        />
        <Tooltip text="Super message: large, and pinned for all">
          <Button
            variant="ghost"
            size="sm"
            aria-pressed={special}
            className={cn(special && "bg-accent-wash text-accent-text")}
            onClick={() => {
              setSpecial(!special);
              input.current?.focus();
            }}
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
          {complaint ?? noteOf(room)}
        </p>
      </div>
    </form>
  );
}

function Counter({ used, max }: { readonly used: number; readonly max: number }) {
  if (used === 0) return null;
  return (
    <span
      className={cn(
        "px-2 text-xs tabular-nums",
        used > max ? "font-semibold text-danger-text" : "text-faint",
      )}
    >
      {used}/{max}
      {used > max && <span className="sr-only"> characters: too long</span>}
    </span>
  );
}

function noteOf(room: RoomNow): string {
  const rules = [
    room.slowModeMs > 0 ? `Slow mode: ${Math.round(room.slowModeMs / 1000)} s` : "",
    room.followersOnly ? "Followers only" : "",
  ].filter((rule) => rule !== "");
  return rules.join(" · ");
}

/** How long until the viewer may send again, in ms; 0: now. */
function useLock(lockedUntilMs: number): number {
  const locked = lockedUntilMs > Date.now();
  const nowMs = useNow(250, locked);
  return Math.max(0, lockedUntilMs - Math.max(nowMs, locked ? 0 : Date.now()));
}
