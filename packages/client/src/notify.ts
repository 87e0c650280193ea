import type { FeedItem } from "./feed/feed-item.ts";
import type { RoomFeedOptions } from "./options.ts";

/** Who is told of a feed's items, by their kind. */
export type Callbacks = Pick<RoomFeedOptions, "onEvent" | "onState" | "onSkipped" | "onMerged" | "onReset">;

/** Tells the callbacks. One that throws is reported like any uncaught error and never harms the feed. */
export function notify(options: Callbacks, item: FeedItem): void {
  harmlessly(() => {
    switch (item.kind) {
      case "event":
        return options.onEvent?.(item);
      case "state":
        return options.onState?.(item);
      case "skipped":
        return options.onSkipped?.(item);
      case "merged":
        return options.onMerged?.(item);
      case "reset":
        return options.onReset?.(item);
      case "unknown":
        return;
    }
  });
}

/** Calls what is not ours: what it throws becomes an uncaught error, and whoever called goes on. */
export function harmlessly(call: () => void): void {
  try {
    call();
  } catch (error) {
    queueMicrotask(() => {
      throw error;
    });
  }
}
