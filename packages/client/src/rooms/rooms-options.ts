import type {
  EventItem,
  FeedItem,
  MergedItem,
  ResetItem,
  SkippedItem,
  StateItem,
} from "../feed/feed-item.ts";
import type { RoomFeedOptions } from "../options.ts";
import type { RoomJoin } from "../places.ts";

/** An item of one of several rooms. */
export type InRoom<Item> = Item & { readonly room: string };

/** What a feed of several rooms yields: in each room's order. */
export type RoomsFeedItem = InRoom<FeedItem>;

/** Which rooms to read, and who is told. What is not named here is as for one room. */
export interface RoomsFeedOptions
  extends Omit<
    RoomFeedOptions,
    | "room"
    | "since"
    | "ticket"
    | "join"
    | "needsTicket"
    | "onEvent"
    | "onState"
    | "onSkipped"
    | "onMerged"
    | "onReset"
  > {
  /** The rooms to begin with; more can be added, and all can be removed. */
  readonly rooms: readonly string[];
  /** By room: the cursor of the last event seen in an earlier life of this feed. */
  readonly since?: Readonly<Record<string, string>>;
  /** Asked anew for every connection and room, because a ticket works once; undefined: the room is public. */
  readonly ticket?: (room: string) => Promise<string | undefined>;
  /**
   * Asks where to go (`rooms.nodes` of the api): all rooms go to the best node together and, when it fails or says
   * goodbye, each from its cursor to the next, without asking again. While nobody answers, `url` is left.
   */
  readonly join?: () => Promise<Pick<RoomJoin, "nodes">>;
  readonly onEvent?: (item: InRoom<EventItem>) => void;
  readonly onState?: (item: InRoom<StateItem>) => void;
  readonly onSkipped?: (item: InRoom<SkippedItem>) => void;
  readonly onMerged?: (item: InRoom<MergedItem>) => void;
  readonly onReset?: (item: InRoom<ResetItem>) => void;
  /** How many items of each room wait for a slow consumer of the iterator before danmaku are dropped; 2,000 by default. */
  readonly bufferItemsMax?: number;
}
