import type { FeedItem } from "../feed/feed-item.ts";
import { createItemQueue, type ItemQueue } from "../item-queue.ts";
import type { RoomsFeedItem } from "./rooms-options.ts";

/** The iterator's end of a feed of several rooms. */
export interface RoomsItemStream {
  /** Hands an item to the consumer, now or when it asks. */
  push(room: string, item: FeedItem): void;
  /** No more items come; what is queued is still yielded. */
  end(): void;
  /** The one consumer's iterator; leaving its loop calls `onLeave`. */
  iterator(onLeave: () => void): AsyncIterator<RoomsFeedItem>;
}

const done = { done: true, value: undefined } as const;

/** A bounded queue for each room, so that a loud one never costs a quiet one an item; they take turns. */
export function createRoomsItemStream(itemsMax: number): RoomsItemStream {
  /** Rooms with items, the one whose turn is next first. */
  const queues = new Map<string, ItemQueue>();
  let waiters: ((result: IteratorResult<RoomsFeedItem>) => void)[] = [];
  let ended = false;

  function shift(): RoomsFeedItem | undefined {
    for (const [room, queue] of queues) {
      const item = queue.shift();
      queues.delete(room);
      if (item === undefined) continue;
      queues.set(room, queue);
      return { ...item, room };
    }
    return undefined;
  }

  return {
    push(room, item) {
      const waiter = waiters.shift();
      if (waiter !== undefined) return waiter({ done: false, value: { ...item, room } });
      const queue = queues.get(room) ?? createItemQueue(itemsMax);
      queues.set(room, queue);
      queue.push(item);
    },
    end() {
      ended = true;
      for (const waiter of waiters) waiter(done);
      waiters = [];
    },
    iterator: (onLeave) => ({
      next() {
        const value = shift();
        if (value !== undefined) return Promise.resolve({ done: false, value });
        return ended ? Promise.resolve(done) : new Promise((resolve) => waiters.push(resolve));
      },
      return() {
        onLeave();
        return Promise.resolve(done);
      },
    }),
  };
}
