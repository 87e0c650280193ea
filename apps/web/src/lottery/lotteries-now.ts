import { trustSentence } from "@barrage/domain";
import type { LotteryWinner } from "@barrage/protocol";
import type { LotteryFeed, LotteryNews } from "./lottery-feed.ts";
import type { LotteryView } from "./lottery-view.ts";

/** How a draw went for this viewer; `unknown` until the api has told. */
export type Outcome = "won" | "lost" | "unknown" | "not_entered";

/** A lottery as it stands: the api's answer, overtaken by what the feed has told since. */
export interface LotteryNow extends LotteryView {
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
  readonly room: string;
}

const ranks = { open: 1, closed: 2, delayed: 3, drawn: 4, cancelled: 4 } as const;

/** Every lottery that api or feed know of, the latest first. */
export function lotteriesNow({ views, feed, meId, room }: Sources): readonly LotteryNow[] {
  const unheard = new Map(feed.news.map((news) => [news.id, news]));
  const known = views.map((view) => {
    const news = unheard.get(view.id);
    unheard.delete(view.id);
    return withNews(view, news, meId);
  });
  const fresh = [...unheard.values()].flatMap((news) => {
    const view = viewOfNews(news, room);
    return view === null ? [] : [withNews(view, news, meId)];
  });
  return [...known, ...fresh].toSorted((left, right) => right.opensAtMs - left.opensAtMs);
}

/** A lottery that the api alone has told of. */
export function lotteryNow(view: LotteryView): LotteryNow {
  return withNews(view, undefined, null);
}

function withNews(view: LotteryView, news: LotteryNews | undefined, meId: string | null): LotteryNow {
  const further = news?.state != null && ranks[news.state] > ranks[view.state];
  const open = !further && view.state === "open";
  const merged: LotteryView = {
    ...view,
    ...(news?.face != null && open ? faceOf(news.face) : {}),
    ...(news !== undefined && further ? endOf(news, view) : {}),
    entries: news?.entries != null && (open || further) ? news.entries : view.entries,
  };
  const winners = news?.winners ?? [];
  const more = news?.state === "drawn" ? news.more : null;
  const overAtMs = news?.state === "drawn" || news?.state === "cancelled" ? news.sinceMs : merged.drawnAtMs;
  return { ...merged, winners, more, overAtMs, outcome: outcomeOf(merged, { winners, more }, meId) };
}

function faceOf({ title, prizes, conditions, closesAtMs }: NonNullable<LotteryNews["face"]>) {
  return { title, prizes, conditions, closesAtMs };
}

function endOf(news: LotteryNews, view: LotteryView): Partial<LotteryView> {
  const trust = { ...view.trust, beaconRound: news.beaconRound ?? view.trust.beaconRound };
  const root = news.root ?? view.root;
  switch (news.state) {
    case "closed":
      return { state: "closed", closedAtMs: news.sinceMs, root, trust };
    case "drawn":
      return { state: "drawn", drawnAtMs: news.sinceMs, root, trust };
    case "cancelled":
      return { state: "cancelled", cancelReason: news.cancelReason };
    case "open":
    case null:
      return {};
  }
}

type Known = Pick<LotteryNow, "winners" | "more">;

function outcomeOf(view: LotteryView, { winners, more }: Known, meId: string | null): Outcome {
  if (view.state !== "drawn") return "unknown";
  if (view.me?.won != null || winners.some(({ user }) => user.id === meId)) return "won";
  // The api's own answer after the draw is final; the feed's list is when it is whole.
  if (view.me === null) return meId === null ? "not_entered" : "unknown";
  if (!view.me.entered) return "not_entered";
  return more === 0 || more === null ? "lost" : "unknown";
}

function viewOfNews({ id, face, ...news }: LotteryNews, room: string): LotteryView | null {
  if (face === null) return null;
  const { trust, ...rest } = face;
  return {
    ...rest,
    room,
    session: "",
    state: "open",
    closedAtMs: null,
    drawnAtMs: null,
    entries: news.entries ?? 0,
    root: null,
    trust: { level: trust, sentence: trustSentence(trust), beaconRound: news.beaconRound },
    me: null,
    cancelReason: null,
  };
}
