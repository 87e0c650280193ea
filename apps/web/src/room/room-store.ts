import type { FeedItem } from "@barrage/client";
import { reduceRoomFeed } from "./reduce-room-feed.ts";
import type { FeedInput, RoomFeed } from "./room-feed.ts";

/** Holds one room's feed outside of React, so that a crowd costs one render a frame and not one a message. */
export interface RoomStore {
  readonly get: () => RoomFeed;
  readonly subscribe: (onChange: () => void) => () => void;
  /** Takes an item of the room's feed; it shows at the next frame, in order. */
  readonly push: (item: FeedItem) => void;
  /** Takes what this viewer did; it shows at once, after everything pushed before it. */
  readonly dispatch: (input: Exclude<FeedInput, { type: "items" }>) => void;
}

interface RoomStoreDeps {
  readonly initial: RoomFeed;
  readonly nowMs: () => number;
  /** Calls back at the next frame; returns the way to call it off. */
  readonly atNextFrame: (callback: () => void) => () => void;
}

/** More than this is not left waiting for a frame: a hidden tab gets none for minutes. */
const pendingMax = 500;

export function createRoomStore({ initial, nowMs, atNextFrame }: RoomStoreDeps): RoomStore {
  const listeners = new Set<() => void>();
  let feed = initial;
  let pending: FeedItem[] = [];
  let callOff: (() => void) | undefined;

  const become = (next: RoomFeed) => {
    feed = next;
    for (const listener of listeners) listener();
  };
  const flush = () => {
    callOff?.();
    callOff = undefined;
    if (pending.length === 0) return;
    const items = pending;
    pending = [];
    become(reduceRoomFeed(feed, { type: "items", items, nowMs: nowMs() }));
  };

  return {
    get: () => feed,
    subscribe: (onChange) => {
      listeners.add(onChange);
      return () => listeners.delete(onChange);
    },
    push: (item) => {
      pending.push(item);
      if (pending.length >= pendingMax) flush();
      else callOff ??= atNextFrame(flush);
    },
    dispatch: (input) => {
      flush();
      become(reduceRoomFeed(feed, input));
    },
  };
}

/** The browser's frames; a hidden tab has none, so there half a second is a frame. */
export function atNextBrowserFrame(callback: () => void): () => void {
  if (document.hidden) {
    const timer = setTimeout(callback, 500);
    return () => clearTimeout(timer);
  }
  const frame = requestAnimationFrame(callback);
  return () => cancelAnimationFrame(frame);
}
