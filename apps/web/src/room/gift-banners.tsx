import { useEffect, useState } from "react";
import { Avatar } from "../ui/avatar.tsx";
import type { MessageLine } from "./chat-line.ts";
import { giftFaces, giftWords } from "./gifts.ts";
import type { RoomStore } from "./room-store.ts";

const bannersMax = 3;
const shownMs = 4500;

interface Banner {
  readonly key: string;
  readonly line: MessageLine;
  readonly untilMs: number;
}

/** The latest gifts, at the picture's lower left, for a few seconds each. Decorative: the chat has them too. */
export function GiftBanners({ store }: { readonly store: RoomStore }) {
  const [banners, setBanners] = useState<readonly Banner[]>([]);

  useEffect(
    () =>
      store.subscribe(() => {
        const gifts = store.get().flights.filter((line) => line.content.kind === "gift");
        if (gifts.length === 0) return;
        const untilMs = Date.now() + shownMs;
        const fresh = gifts.map((line) => ({ key: line.key, line, untilMs }));
        setBanners((before) => [...before, ...fresh].slice(-bannersMax));
      }),
    [store],
  );
  useEffect(() => {
    const [first] = banners;
    if (first === undefined) return;
    const timer = setTimeout(
      () => setBanners((before) => before.filter((banner) => banner.untilMs > Date.now())),
      Math.max(50, first.untilMs - Date.now() + 20),
    );
    return () => clearTimeout(timer);
  }, [banners]);

  return (
    <ul
      aria-hidden
      className="pointer-events-none absolute bottom-16 left-4 grid justify-items-start gap-2 max-sm:bottom-3 max-sm:left-3 max-sm:max-w-[55%] max-sm:[&>li:not(:last-child)]:hidden"
    >
      {banners.map(({ key, line }) => (
        <GiftBanner key={key} line={line} />
      ))}
    </ul>
  );
}

function GiftBanner({ line }: { readonly line: MessageLine }) {
  if (line.content.kind !== "gift") return null;
  const { gift, count } = line.content;
  return (
    <li className="flex max-w-full animate-rise items-center gap-2.5 rounded-full bg-black/65 py-1 pr-3 pl-1 text-sm text-white backdrop-blur-md max-sm:text-xs">
      <Avatar id={line.by.id} name={line.by.name} className="size-7 text-xs" />
      <span className="truncate">
        <b className="font-semibold">{line.by.name}</b> sent {giftWords(gift, count)}
      </span>
      <span className="text-xl leading-none">{giftFaces[gift].symbol}</span>
      {count > 1 && <b className="text-base text-[#ffcf66] tabular-nums">×{count}</b>}
    </li>
  );
}
