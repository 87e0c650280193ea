import { trustSentence } from "@barrage/domain";
import type { LotteryWinner } from "@barrage/protocol";
import type { LotteryFeed, LotteryNews } from "./lottery-feed.ts";
import type { LotteryView } from "./lottery-view.ts";

/** How a draw went for this viewer; `unknown` until the api has told. */
export type Outcome = "won" | "lost" | "unknown" | "not_entered";

/** A lottery as it stands: the api's answer, overtaken by what the feed has told since. */
export interface LotteryNow extends Omit<LotteryView, "room" | "session"> {
  /** The first winners; empty before the draw, or while only the api knows them. */
  readonly winners: readonly LotteryWinner[];
  /** How many winners are not in `winners`; null while that is not known. */
  readonly more: number | null;
  readonly outcome: Outcome;
  /** When it was drawn or cancelled, if that is known. */
  readonly overAtMs: number | null;
}

interface Sources {
  readonly views: readonly LotteryView[];
  readonly feed: LotteryFeed;
  readonly meId: string | null;
}

type Told = Omit<LotteryView, "room" | "session">;

const ranks = { open: 1, closed: 2, delayed: 3, drawn: 4, cancelled: 4 } as const;

/** Every lottery that api or feed know of, the latest first. */
export function lotteriesNow({ views, feed, meId }: Sources): readonly LotteryNow[] {
  const unheard = new Map(feed.news.map((news) => [news.id, news]));
  const known = views.map((view) => {
    const news = unheard.get(view.id);
    unheard.delete(view.id);
    return withNews(view, news, meId);
  });
  const fresh = [...unheard.values()].flatMap((news) => {
    const view = viewOfNews(news);
    return view === null ? [] : [withNews(view, news, meId)];
  });
  return [...known, ...fresh].toSorted((left, right) => right.opensAtMs - left.opensAtMs);
}

/** A lottery that the api alone has told of. */
export function lotteryNow(view: LotteryView): LotteryNow {
  return withNews(view, undefined, null);
}

function withNews(view: Told, news: LotteryNews | undefined, meId: string | null): LotteryNow {
  if (news === undefined) {
    const outcome = outcomeOf(view, { winners: [], settled: true, meId });
    return { ...view, winners: [], more: null, overAtMs: view.drawnAtMs, outcome };
  }
  const further = news.state !== null && ranks[news.state] > ranks[view.state];
  const open = !further && view.state === "open";
  const merged: Told = {
    ...view,
    ...(news.face !== null && open ? faceOf(news.face) : {}),
    ...(further ? endOf(news, view) : {}),
    entries: news.entries !== null && (open || further) ? news.entries : view.entries,
  };
  const { winners } = news;
  const more = news.state === "drawn" ? news.more : null;
  // The api's answer from after the draw is the last word on what this viewer won; so is a list of all winners.
  const settled = view.state === "drawn" || more === 0;
  const overAtMs = news.state === "drawn" || news.state === "cancelled" ? news.sinceMs : merged.drawnAtMs;
  return { ...merged, winners, more, overAtMs, outcome: outcomeOf(merged, { winners, settled, meId }) };
}

function faceOf({ title, prizes, conditions, closesAtMs }: NonNullable<LotteryNews["face"]>) {
  return { title, prizes, conditions, closesAtMs };
}

function endOf(news: LotteryNews, view: Told): Partial<Told> {
  const trust = { ...view.trust, beaconRound: news.beaconRound ?? view.trust.beaconRound };
  const root = news.root ?? view.root;
  switch (news.state) {
    case "closed":
      return { state: "closed", closedAtMs: news.sinceMs, root, trust };
    case "delayed":
      return { state: "delayed", root, trust };
    case "drawn":
      return { state: "drawn", drawnAtMs: news.sinceMs, root, trust };
    case "cancelled":
      return { state: "cancelled", cancelReason: news.cancelReason };
    case "open":
    case null:
      return {};
  }
}

interface Known {
  readonly winners: readonly LotteryWinner[];
  readonly settled: boolean;
  readonly meId: string | null;
}

function outcomeOf({ state, me }: Told, { winners, settled, meId }: Known): Outcome {
  if (state !== "drawn") return "unknown";
  if ((me?.won ?? null) !== null || winners.some(({ user }) => user.id === meId)) return "won";
  if (me === null) return meId === null ? "not_entered" : "unknown";
  if (!me.entered) return "not_entered";
  return settled ? "lost" : "unknown";
}

function viewOfNews({ face, entries, beaconRound }: LotteryNews): Told | null {
  if (face === null) return null;
  const { trust, ...rest } = face;
  return {
    ...rest,
    state: "open",
    closedAtMs: null,
    drawnAtMs: null,
    entries: entries ?? 0,
    root: null,
    trust: { level: trust, sentence: trustSentence(trust), beaconRound },
    me: null,
    cancelReason: null,
  };
}
