import type { ReplayMark } from "../lib/app-router.ts";
import { giftWords } from "../room/gifts.ts";

/** A mark in a few words, for the eye and the ear. */
export function markWords(mark: ReplayMark): string {
  switch (mark.kind) {
    case "gift": {
      const more = mark.more === 0 ? "" : ` and ${mark.more} other gift${mark.more === 1 ? "" : "s"}`;
      return `${mark.by.name} sent ${giftWords(mark.gift, mark.count)}${more}`;
    }
    case "lottery.opened":
      return `Lottery opens: ${mark.lottery.title}`;
    case "lottery.drawn":
      return `Lottery drawn: ${mark.lottery.title}`;
  }
}
