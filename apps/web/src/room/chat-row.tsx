import type { Role } from "@barrage/protocol";
import { CircleCheck, Info, ShieldCheck, TriangleAlert } from "lucide-react";
import { memo, type ReactNode } from "react";
import { formatClock } from "../lib/format.ts";
import { hueOf } from "../lib/hue.ts";
import { cn } from "../ui/cn.ts";
import type { ChatLine, MessageLine, NoticeLine } from "./chat-line.ts";
import { giftFaces, giftWords } from "./gifts.ts";
import { MessageMenu } from "./message-menu.tsx";
import type { MessageSender } from "./message-sender.ts";
import { OwnMessageState } from "./own-message-state.tsx";
import type { RoomStore } from "./room-store.ts";

export interface ChatRowProps {
  readonly line: ChatLine;
  readonly roomId: string;
  readonly viewerRole: Role | null;
  readonly meId: string | null;
  readonly store: RoomStore;
  /** For what this viewer has said; absent where nothing can be said. */
  readonly sender?: MessageSender;
}

/** One line of the chat. Drawn again only when the line itself has changed. */
export const ChatRow = memo(function ChatRow(props: ChatRowProps) {
  const { line } = props;
  if (line.kind === "notice") return <NoticeRow line={line} />;
  if (line.deleted) return <p className="px-4 py-1 text-sm text-faint italic">A message was deleted.</p>;
  return <MessageRow {...props} line={line} />;
});

const noticeIcons = { info: <Info />, good: <CircleCheck />, warn: <TriangleAlert /> } as const;

function NoticeRow({ line }: { readonly line: NoticeLine }) {
  return (
    <p
      className={cn(
        "mx-3 my-1 flex items-start gap-2 rounded-xl bg-raised px-3 py-2 text-[13px] text-soft [&_svg]:mt-0.5 [&_svg]:size-3.5 [&_svg]:shrink-0",
        line.tone === "good" && "[&_svg]:text-ok-text",
        line.tone === "warn" && "bg-danger-wash text-danger-text",
      )}
    >
      <span aria-hidden>{noticeIcons[line.tone]}</span>
      {line.text}
    </p>
  );
}

function MessageRow({
  line,
  roomId,
  viewerRole,
  meId,
  store,
  sender,
}: ChatRowProps & { readonly line: MessageLine }) {
  const own = line.by.id === meId;
  return (
    <article
      data-message={line.id ?? undefined}
      data-state={line.delivery.state}
      className={cn(
        "group/row relative px-4 py-1 text-sm leading-snug transition-colors hover:bg-raised/60 focus-within:bg-raised/60",
        line.content.kind === "super" && "mx-3 my-1.5 rounded-2xl bg-accent-wash px-3 py-2.5",
        line.delivery.state === "sending" && "opacity-65",
      )}
      title={formatClock(line.at)}
    >
      <MessageBody line={line} own={own} />
      {line.delivery.state === "failed" && sender !== undefined && (
        <OwnMessageState delivery={line.delivery} store={store} sender={sender} />
      )}
      {line.id !== null && meId !== null && (
        <MessageMenu line={line} messageId={line.id} roomId={roomId} viewerRole={viewerRole} own={own} />
      )}
    </article>
  );
}

function MessageBody({ line, own }: { readonly line: MessageLine; readonly own: boolean }) {
  const { content } = line;
  switch (content.kind) {
    case "danmaku":
      return (
        <p className="wrap-anywhere">
          <Name line={line} own={own} />
          <span className="text-faint">: </span>
          {content.color !== "#ffffff" && (
            <span
              aria-hidden
              className="mr-1.5 inline-block size-2 rounded-full ring-1 ring-line"
              style={{ background: content.color }}
            />
          )}
          {content.text}
          {line.saidBy !== undefined && <b className="ml-1.5 text-accent-text">×{line.saidBy}</b>}
        </p>
      );
    case "super":
      return (
        <div>
          <p className="mb-0.5 flex items-center gap-1.5 text-xs">
            <Name line={line} own={own} /> <span className="text-accent-text">Super message</span>
          </p>
          <p className="text-[15px] font-medium wrap-anywhere">{content.text}</p>
        </div>
      );
    case "gift":
      return (
        <p className="flex items-center gap-1.5">
          <span aria-hidden className="text-base leading-none">
            {giftFaces[content.gift].symbol}
          </span>
          <span className="wrap-anywhere">
            <Name line={line} own={own} />{" "}
            <span className="text-soft">sent {giftWords(content.gift, content.count)}</span>
          </span>
        </p>
      );
  }
}

/** In the user's own colour: the hue is theirs, lightness and chroma are the theme's, so that contrast holds. */
function Name({ line, own }: { readonly line: MessageLine; readonly own: boolean }) {
  return (
    <>
      {line.by.role === "host" && <RoleMark>Host</RoleMark>}
      {line.by.role === "moderator" && (
        <RoleMark>
          <ShieldCheck aria-hidden className="size-3" /> Mod
        </RoleMark>
      )}
      <b
        className={cn("font-semibold", own && "underline decoration-2 underline-offset-3")}
        style={{ color: `oklch(var(--name-l) var(--name-c) ${hueOf(line.by.id)})` }}
      >
        {line.by.name}
      </b>
    </>
  );
}

function RoleMark({ children }: { readonly children: ReactNode }) {
  return (
    <span className="mr-1.5 inline-flex items-center gap-1 rounded-md bg-accent px-1.5 align-[1px] text-[11px] leading-4 font-bold text-accent-ink">
      {children}
    </span>
  );
}
