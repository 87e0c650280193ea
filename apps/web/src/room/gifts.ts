import type { Gift } from "@barrage/protocol";

/** How the gifts look and what they are called. */
export const giftFaces = {
  flower: { symbol: "🌸", one: "a flower", many: "flowers" },
  heart: { symbol: "💖", one: "a heart", many: "hearts" },
  star: { symbol: "⭐", one: "a star", many: "stars" },
  rocket: { symbol: "🚀", one: "a rocket", many: "rockets" },
} as const satisfies Record<Gift, { symbol: string; one: string; many: string }>;

/** "a rocket", "3 rockets". */
export function giftWords(gift: Gift, count: number): string {
  return count === 1 ? giftFaces[gift].one : `${count} ${giftFaces[gift].many}`;
}
