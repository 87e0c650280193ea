import { type Gift, giftSchema } from "@barrage/protocol";
import { Gift as GiftIcon, Minus, Plus } from "lucide-react";
import { useState } from "react";
import { Button } from "../ui/button.tsx";
import { Popover } from "../ui/popover.tsx";
import { giftFaces, giftWords } from "./gifts.ts";

const countMax = 99;

/** Chooses a gift and how many of it. */
export function GiftPicker({ onGive }: { readonly onGive: (gift: Gift, count: number) => void }) {
  const [open, setOpen] = useState(false);
  const [count, setCount] = useState(1);
  const give = (gift: Gift) => {
    onGive(gift, count);
    setOpen(false);
    setCount(1);
  };
  const step = (by: number) => setCount((before) => Math.min(countMax, Math.max(1, before + by)));
  return (
    <Popover
      label="Send a gift"
      align="start"
      open={open}
      onOpenChange={setOpen}
      trigger={
        <Button variant="ghost" size="sm">
          <GiftIcon /> Gift
        </Button>
      }
    >
      <div className="mb-3 flex items-center justify-between">
        <span className="text-sm font-semibold">Send a gift</span>
        <span className="flex items-center gap-1.5">
          <Button
            size="icon-sm"
            variant="ghost"
            aria-label="Fewer"
            disabled={count <= 1}
            onClick={() => step(-1)}
          >
            <Minus />
          </Button>
          <span aria-live="polite" className="min-w-8 text-center text-sm tabular-nums">
            ×{count}
          </span>
          <Button
            size="icon-sm"
            variant="ghost"
            aria-label="More"
            disabled={count >= countMax}
            onClick={() => step(1)}
          >
            <Plus />
          </Button>
        </span>
      </div>
      <div className="grid grid-cols-4 gap-2">
        {giftSchema.options.map((gift) => (
          <button
            key={gift}
            type="button"
            aria-label={`Send ${giftWords(gift, count)}`}
            onClick={() => give(gift)}
            className="grid justify-items-center gap-1 rounded-xl border border-line py-2.5 text-xs text-soft capitalize transition hover:-translate-y-0.5 hover:border-accent hover:bg-raised"
          >
            <span aria-hidden className="text-2xl leading-none">
              {giftFaces[gift].symbol}
            </span>
            {gift}
          </button>
        ))}
      </div>
    </Popover>
  );
}
