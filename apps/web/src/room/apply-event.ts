import type { Role, RoomEvent, RoomEventOf } from "@barrage/protocol";
import { type LotteryEvent, reduceLotteries } from "../lottery/reduce-lotteries.ts";
import { type ChatLine, type Content, type MessageLine, saysTheSame } from "./chat-line.ts";
import { describeFaceChange } from "./face-change.ts";
import { appendLines, changeLine, notice } from "./feed-lines.ts";
import type { RoomFeed, Sanction } from "./room-feed.ts";

const deletedIdsMax = 200;

type MessageEvent = RoomEventOf<"danmaku.sent" | "gift.sent" | "super.sent">;

/** The feed after `events`, in order. Neighbouring messages are appended together: a crowd costs one copy a frame. */
export function applyEvents(feed: RoomFeed, events: readonly RoomEvent[]): RoomFeed {
  let next = feed;
  let run: MessageEvent[] = [];
  for (const event of events) {
    if (isMessage(event)) {
      run.push(event);
      continue;
    }
    next = applyOther(applyMessages(next, run), event);
    run = [];
  }
  return applyMessages(next, run);
}

/** Marks the line of `event` as one that stands for `count` people, in the chat and in flight. */
export function applyMerged(feed: RoomFeed, event: RoomEvent | undefined, count: number): RoomFeed {
  if (event === undefined || !isMessage(event)) return feed;
  const { id } = event.data;
  const mark = (line: MessageLine) => (line.id === id ? { ...line, saidBy: count } : line);
  const lines = feed.lines.map((line) => (line.kind === "message" ? mark(line) : line));
  return { ...feed, lines, flights: feed.flights.map(mark) };
}

function isMessage(event: RoomEvent): event is MessageEvent {
  return event.type === "danmaku.sent" || event.type === "gift.sent" || event.type === "super.sent";
}

function applyMessages(feed: RoomFeed, events: readonly MessageEvent[]): RoomFeed {
  if (events.length === 0) return feed;
  const known = new Set(feed.lines.map((line) => (line.kind === "message" ? line.id : null)));
  let next = feed;
  let { pinned } = feed;
  const fresh: MessageLine[] = [];
  for (const event of events) {
    if (event.by === undefined) continue;
    const isKnown = known.has(event.data.id);
    const line = lineOf(event, event.by);
    // Whoever said it sees it above the chat as well: theirs stands in the chat before its event comes.
    if (event.type === "super.sent" && (!isKnown || event.by.id === feed.me?.id)) pinned = line;
    if (isKnown) continue;
    const own = ownDraftOf(next, line);
    if (own === undefined) fresh.push(line);
    else
      next = changeLine(next, own, (draft) => ({
        ...draft,
        id: line.id,
        at: line.at,
        by: line.by,
        delivery: line.delivery,
      }));
  }
  // What is caught up on belongs to the chat; only what is said now flies.
  const flights = feed.connection.phase === "live" ? [...next.flights, ...fresh] : next.flights;
  return { ...appendLines(next, fresh), flights, pinned };
}

function lineOf(event: MessageEvent, by: MessageLine["by"]): MessageLine {
  const { id } = event.data;
  return {
    kind: "message",
    key: id,
    id,
    at: event.at,
    by,
    content: contentOfEvent(event),
    delivery: { state: "sent" },
    deleted: false,
  };
}

function contentOfEvent(event: MessageEvent): Content {
  switch (event.type) {
    case "danmaku.sent":
      return { kind: "danmaku", text: event.data.text, color: event.data.color, mode: event.data.mode };
    case "gift.sent":
      return { kind: "gift", gift: event.data.gift, count: event.data.count };
    case "super.sent":
      return { kind: "super", text: event.data.text };
  }
}

/** The key of our own line that `line` is the echo of. The event may overtake the answer that would tell its id. */
function ownDraftOf(feed: RoomFeed, line: MessageLine): string | undefined {
  if (feed.me === null || line.by.id !== feed.me.id) return undefined;
  return feed.lines.find(
    (own) => own.kind === "message" && own.id === null && saysTheSame(own.content, line.content),
  )?.key;
}

function applyOther(feed: RoomFeed, event: Exclude<RoomEvent, MessageEvent>): RoomFeed {
  switch (event.type) {
    case "message.deleted":
      return deleteMessage(feed, event.data.id);
    case "room.created":
      return { ...feed, face: event.data.face };
    case "room.updated":
      return updateFace(feed, event);
    case "room.started":
    case "room.ended":
    case "room.deleted":
      return changeSitting(feed, event);
    case "user.muted":
    case "user.unmuted":
    case "user.banned":
    case "user.unbanned":
      return applySanction(feed, event);
    case "moderator.added":
    case "moderator.removed":
      return changeRole(feed, event);
    case "viewers.counted":
      return { ...feed, viewers: event.data.count };
    case "lottery.opened":
    case "lottery.counted":
    case "lottery.closing":
    case "lottery.closed":
    case "lottery.delayed":
    case "lottery.drawn":
    case "lottery.cancelled":
      return followLottery(feed, event);
    case "room.key_rotated":
    case "recording.ready":
      return feed;
  }
}

function followLottery(feed: RoomFeed, event: LotteryEvent): RoomFeed {
  const listening = { live: feed.connection.phase === "live", meId: feed.me?.id ?? null };
  const step = reduceLotteries(feed.lotteries, event, listening);
  const next = { ...feed, lotteries: step.feed };
  return step.notice === null ? next : say(next, event.at, step.notice);
}

function say(feed: RoomFeed, at: number, words: { tone: "info" | "good" | "warn"; text: string }): RoomFeed {
  return appendLines(feed, [notice(feed, at, words)]);
}

function deleteMessage(feed: RoomFeed, id: string): RoomFeed {
  const strike = (line: ChatLine): ChatLine =>
    line.kind === "message" && line.id === id ? { ...line, deleted: true } : line;
  return {
    ...feed,
    lines: feed.lines.map(strike),
    flights: feed.flights.filter((line) => line.id !== id),
    deletedIds: [...feed.deletedIds, id].slice(-deletedIdsMax),
    pinned: feed.pinned?.id === id ? null : feed.pinned,
  };
}

function updateFace(feed: RoomFeed, event: RoomEventOf<"room.updated">): RoomFeed {
  const { face } = event.data;
  const change = describeFaceChange(feed.face, face);
  const next = { ...feed, face };
  return change === undefined ? next : say(next, event.at, { tone: "info", text: change });
}

function changeSitting(
  feed: RoomFeed,
  event: RoomEventOf<"room.started" | "room.ended" | "room.deleted">,
): RoomFeed {
  const { at } = event;
  switch (event.type) {
    case "room.started": {
      const next = { ...feed, sitting: { state: "started", session: event.data.session, at } } as const;
      return say(next, at, { tone: "good", text: "The room is live." });
    }
    case "room.ended": {
      const next = { ...feed, sitting: { state: "ended", session: null, at } } as const;
      return say(next, at, { tone: "info", text: "The host has ended the session." });
    }
    case "room.deleted": {
      const next = { ...feed, sitting: { state: "deleted", session: null, at } } as const;
      return say(next, at, { tone: "warn", text: "The room was deleted." });
    }
  }
}

function applySanction(
  feed: RoomFeed,
  event: RoomEventOf<"user.muted" | "user.unmuted" | "user.banned" | "user.unbanned">,
): RoomFeed {
  const { user } = event.data;
  const mine = user.id === feed.me?.id;
  const who = mine ? "You were" : `${user.name} was`;
  const change = (sanction: RoomFeed["sanction"], text: string): RoomFeed =>
    say(mine ? { ...feed, sanction: { ...feed.sanction, ...sanction } } : feed, event.at, {
      tone: mine ? "warn" : "info",
      text,
    });
  switch (event.type) {
    case "user.muted":
      return change({ muted: untilOf(event) }, `${who} muted.`);
    case "user.unmuted":
      return change({ muted: undefined }, `${who} unmuted.`);
    case "user.banned":
      return change({ banned: untilOf(event) }, `${who} banned.`);
    case "user.unbanned":
      return change({ banned: undefined }, `${who} let in again.`);
  }
}

function untilOf(event: RoomEventOf<"user.muted" | "user.banned">): Sanction {
  return { untilMs: event.data.untilMs };
}

function changeRole(feed: RoomFeed, event: RoomEventOf<"moderator.added" | "moderator.removed">): RoomFeed {
  const { user } = event.data;
  const mine = user.id === feed.me?.id;
  const added = event.type === "moderator.added";
  const role: Role = added ? "moderator" : "viewer";
  const text = `${mine ? "You are" : `${user.name} is`} ${added ? "now a moderator" : "no longer a moderator"}.`;
  return say(mine ? { ...feed, role } : feed, event.at, { tone: "info", text });
}
