import { CircleCheck, LogIn, Send, Ticket } from "lucide-react";
import { Link, useLocation } from "react-router";
import { useRemaining } from "../lib/use-now.ts";
import { Button, type ButtonProps } from "../ui/button.tsx";
import type { LotteryNow } from "./lotteries-now.ts";
import { LotteryClock } from "./lottery-clock.tsx";
import { useEntry } from "./use-entry.ts";

interface EntryActionProps {
  readonly lottery: LotteryNow;
  /** Hosts and moderators never enter. */
  readonly managing: boolean;
  readonly anonymous: boolean;
  /** Says a phrase in the chat; undefined where this viewer can't write now. */
  readonly onSay: ((text: string) => void) | undefined;
}

/** The way into an open lottery, and out again. */
export function EntryAction({ lottery, managing, anonymous, onSay }: EntryActionProps) {
  const { pathname } = useLocation();
  const opensInMs = useRemaining(lottery.opensAtMs);
  if (managing) return <p className="text-sm text-soft">Hosts and moderators don't take part.</p>;
  if (anonymous) {
    return (
      <Button asChild variant="primary">
        <Link to={`/login?next=${encodeURIComponent(pathname)}`}>
          <LogIn /> Log in to enter
        </Link>
      </Button>
    );
  }
  if (opensInMs > 0) {
    return (
      <p className="text-sm text-soft">
        Opens in <LotteryClock untilMs={lottery.opensAtMs} className="font-semibold text-ink" />
      </p>
    );
  }
  if (lottery.me?.entered === true) return <Entered lottery={lottery} />;
  const { phrase } = lottery.conditions;
  if (phrase !== null) return <PhraseAction phrase={phrase} onSay={onSay} />;
  const lacking = lottery.me?.lacks.length ?? 0;
  if (lacking === 0) return <EnterButton lottery={lottery} size="lg" />;
  // What is known may be out of date, so the server has the last word.
  return (
    <div className="grid gap-2">
      <p className="text-sm text-soft">
        {lacking === 1 ? "One thing is still lacking." : `${lacking} things are still lacking.`}
      </p>
      <EnterButton lottery={lottery} variant="outline" />
    </div>
  );
}

/** Enters with one press. The server decides; what is lacking is in the checklist. */
export function EnterButton({
  lottery,
  size = "sm",
  variant = "primary",
}: { readonly lottery: LotteryNow } & Pick<ButtonProps, "size" | "variant">) {
  const { enter, entering } = useEntry(lottery.id);
  return (
    <Button variant={variant} size={size} busy={entering} onClick={enter}>
      <Ticket /> Enter<span className="sr-only"> the lottery {lottery.title}</span>
    </Button>
  );
}

function Entered({ lottery }: { readonly lottery: LotteryNow }) {
  const { withdraw, withdrawing } = useEntry(lottery.id);
  return (
    <div className="flex items-center justify-between gap-3 rounded-2xl bg-ok-text/12 py-2 pr-2 pl-4">
      <output className="flex items-center gap-2 text-sm font-semibold text-ok-text">
        <CircleCheck aria-hidden className="size-4.5 shrink-0" /> You're in
      </output>
      <Button variant="ghost" size="sm" busy={withdrawing} onClick={withdraw}>
        Withdraw
      </Button>
    </div>
  );
}

function PhraseAction({
  phrase,
  onSay,
}: {
  readonly phrase: string;
  readonly onSay: ((text: string) => void) | undefined;
}) {
  if (onSay === undefined) {
    return <p className="text-sm text-soft">You can't write in this chat now, so you can't enter.</p>;
  }
  return (
    <Button variant="primary" size="lg" className="min-w-0" onClick={() => onSay(phrase)}>
      <Send />
      <span className="truncate">Send “{phrase}”</span>
    </Button>
  );
}
