import type { FeedItem } from "./feed/feed-item.ts";
import { createItemQueue } from "./item-queue.ts";

/** The iterator's end of a feed. */
export interface ItemStream {
  /** Hands an item to the consumer, now or when it asks. */
  push(item: FeedItem): void;
  /** No more items come; what is queued is still yielded. */
  end(): void;
  /** The one consumer's iterator; leaving its loop calls `onLeave`. */
  iterator(onLeave: () => void): AsyncIterator<FeedItem>;
}

type Waiter = (result: IteratorResult<FeedItem>) => void;

const done = { done: true, value: undefined } as const;

/** Turns pushed items into an async iterator over a bounded queue of `itemsMax`. */
export function createItemStream(itemsMax: number): ItemStream {
  const queue = createItemQueue(itemsMax);
  let waiters: Waiter[] = [];
  let ended = false;

  function end() {
    ended = true;
    for (const waiter of waiters) waiter(done);
    waiters = [];
  }

  return {
    push(item) {
      const waiter = waiters.shift();
      if (waiter === undefined) queue.push(item);
      else waiter({ done: false, value: item });
    },
    end,
    iterator(onLeave) {
      return {
        next() {
          const value = queue.shift();
          if (value !== undefined) return Promise.resolve({ done: false, value });
          if (ended) return Promise.resolve(done);
          return new Promise((resolve) => waiters.push(resolve));
        },
        return() {
          onLeave();
          return Promise.resolve(done);
        },
      };
    },
  };
}
