import { useEffect, useState } from "react";
import { announce } from "./announce.ts";
import type { RoomStore } from "./room-store.ts";

const everyMs = 4000;

/** Reads the chat to screen readers, politely and at a human pace: the last words, and how many came meanwhile. */
export function ChatAnnouncer({ store }: { readonly store: RoomStore }) {
  const [text, setText] = useState("");
  useEffect(() => {
    let added = store.get().added;
    const timer = setInterval(() => {
      const feed = store.get();
      const words = announce(feed, feed.added - added);
      added = feed.added;
      if (words !== undefined) setText(words);
    }, everyMs);
    return () => clearInterval(timer);
  }, [store]);
  return (
    <p aria-live="polite" className="sr-only">
      {text}
    </p>
  );
}
