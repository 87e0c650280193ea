import type { RoomEvent, RoomEventOf } from "@barrage/protocol";
import type { LotteryFeed, LotteryNews } from "./lottery-feed.ts";
import { entriesInWords, prizesInWords, winnersInWords } from "./lottery-words.ts";

/** An event about a lottery. */
export type LotteryEvent = Extract<RoomEvent, { readonly type: `lottery.${string}` }>;

/** What the chat says about an event. */
export interface LotteryNotice {
  readonly tone: "info" | "good" | "warn";
  readonly text: string;
}

interface LotteryStep {
  readonly feed: LotteryFeed;
  /** Null when nothing happened that the chat has to tell. */
  readonly notice: LotteryNotice | null;
}

/** How many lotteries the feed remembers; the api knows the others. */
export const newsMax = 30;

const ranks = { open: 1, closed: 2, delayed: 3, drawn: 4, cancelled: 4 } as const;

const rankOf = (state: LotteryNews["state"]) => (state === null ? 0 : ranks[state]);

interface Listening {
  /** Only what happens now is read out, not what is caught up on. */
  readonly live: boolean;
  readonly meId: string | null;
}

/**
 * What the feed knows after `event`. A lottery only moves forward: the replayed end of the log, which may follow newer
 * news, takes nothing back and tells nothing twice.
 */
export function reduceLotteries(feed: LotteryFeed, event: LotteryEvent, who: Listening): LotteryStep {
  if (event.type === "lottery.opened") return open(feed, event);
  const before = feed.news.find(({ id }) => id === event.data.id) ?? unheard(event.data.id);
  switch (event.type) {
    case "lottery.counted":
      // A count that was on its way while the pool was frozen is older than the pool.
      if (rankOf(before.state) > ranks.open) return { feed, notice: null };
      return { feed: keep(feed, { ...before, entries: event.data.entries }), notice: null };
    case "lottery.closing":
      return { feed: who.live ? say(feed, closingWords(before, event)) : feed, notice: null };
    case "lottery.closed":
    case "lottery.delayed":
    case "lottery.drawn":
    case "lottery.cancelled":
      return end({ ...who, feed, before, event });
  }
}

/** After a gap: states only move forward and stay true, counts may have gone either way. */
export function forgetCounts(feed: LotteryFeed): LotteryFeed {
  return { ...feed, news: feed.news.map((news) => ({ ...news, entries: null })) };
}

function open(feed: LotteryFeed, { at, data: { lottery } }: RoomEventOf<"lottery.opened">): LotteryStep {
  const before = feed.news.find(({ id }) => id === lottery.id) ?? unheard(lottery.id);
  const fresh = rankOf(before.state) < ranks.open;
  const news = fresh
    ? { ...before, face: lottery, state: "open" as const, sinceMs: at }
    : { ...before, face: lottery };
  if (before.state !== null && before.state !== "open") return { feed: keep(feed, news), notice: null };
  const same = JSON.stringify(before.face) === JSON.stringify(lottery);
  const what = `“${lottery.title}”: ${prizesInWords(lottery.prizes)}`;
  const text = fresh ? `A lottery is open. ${what}.` : `The lottery's rules changed. ${what}.`;
  return { feed: keep(feed, news), notice: same ? null : { tone: "good", text } };
}

interface EndStep extends Listening {
  readonly feed: LotteryFeed;
  readonly before: LotteryNews;
  readonly event: RoomEventOf<"lottery.closed" | "lottery.delayed" | "lottery.drawn" | "lottery.cancelled">;
}

function end({ feed, before, event, live, meId }: EndStep): LotteryStep {
  const { news, notice } = endOf(before, event);
  if (rankOf(before.state) >= rankOf(news.state)) return { feed, notice: null };
  const kept = keep(feed, news);
  const mine = news.winners.filter(({ user }) => user.id === meId).map((win) => `You won ${win.prizeName}! `);
  return { feed: live ? say(kept, mine.join("") + notice.text) : kept, notice };
}

function endOf(before: LotteryNews, event: EndStep["event"]): { news: LotteryNews; notice: LotteryNotice } {
  const name = nameOf(before);
  const sinceMs = event.at;
  switch (event.type) {
    case "lottery.closed": {
      const { entries, root, beaconRound } = event.data;
      return {
        news: { ...before, state: "closed", sinceMs, entries, root, beaconRound },
        notice: { tone: "info", text: `${name} is closed with ${entriesInWords(entries)}.` },
      };
    }
    case "lottery.delayed": {
      const { beaconRound } = event.data;
      return {
        news: { ...before, state: "delayed", sinceMs, beaconRound },
        notice: { tone: "info", text: `${name} waits for the public beacon: round ${beaconRound} is late.` },
      };
    }
    case "lottery.drawn": {
      const { winners, more } = event.data;
      return {
        news: { ...before, state: "drawn", sinceMs, winners, more },
        notice: { tone: "good", text: `${name} is drawn. ${winnersInWords(winners, more)}` },
      };
    }
    case "lottery.cancelled": {
      const { reason } = event.data;
      return {
        news: { ...before, state: "cancelled", sinceMs, cancelReason: reason },
        notice: { tone: "warn", text: `${name} was cancelled: ${reason}` },
      };
    }
  }
}

function closingWords(before: LotteryNews, { data }: RoomEventOf<"lottery.closing">): string {
  return `${nameOf(before)} closes in ${data.secondsLeft} seconds.`;
}

function nameOf({ face }: LotteryNews): string {
  return face === null ? "The lottery" : `The lottery “${face.title}”`;
}

function say(feed: LotteryFeed, text: string): LotteryFeed {
  return { ...feed, said: { key: (feed.said?.key ?? 0) + 1, text } };
}

function keep(feed: LotteryFeed, news: LotteryNews): LotteryFeed {
  const index = feed.news.findIndex(({ id }) => id === news.id);
  const all = index === -1 ? [...feed.news, news] : feed.news.with(index, news);
  return { ...feed, news: all.slice(-newsMax) };
}

function unheard(id: string): LotteryNews {
  return {
    id,
    face: null,
    state: null,
    sinceMs: 0,
    entries: null,
    root: null,
    beaconRound: null,
    winners: [],
    more: 0,
    cancelReason: null,
  };
}
