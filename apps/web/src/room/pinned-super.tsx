import { Pin, X } from "lucide-react";
import { useState } from "react";
import { Button } from "../ui/button.tsx";
import type { MessageLine } from "./chat-line.ts";

/** The super message above the chat, until it is hidden. */
export function PinnedSuper({ line }: { readonly line: MessageLine }) {
  const [closed, setClosed] = useState(false);
  if (closed || line.content.kind !== "super") return null;
  return (
    <div className="flex animate-rise items-start gap-2.5 border-b border-line bg-accent-wash px-4 py-2.5 text-sm">
      <Pin aria-hidden className="mt-0.5 size-4 shrink-0 text-accent-text" />
      <p className="line-clamp-3 grow wrap-anywhere">
        <b className="font-semibold">{line.by.name}</b> {line.content.text}
      </p>
      <Button
        variant="ghost"
        size="icon-sm"
        className="-mt-1 -mr-2"
        aria-label="Hide the super message"
        onClick={() => setClosed(true)}
      >
        <X />
      </Button>
    </div>
  );
}
