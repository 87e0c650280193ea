import type { Clock } from "./options.ts";

/** Where a room may be watched. */
export interface RoomJoin {
  /** Base addresses of realtime nodes, the best first. */
  readonly nodes: readonly string[];
  /** Where the room asks for one; good for one connection. */
  readonly ticket?: string | null | undefined;
}

/** Where one connection goes, and with what. */
export interface Place {
  readonly url: URL;
  readonly ticket: string | undefined;
}

/** The places that a feed may go to. */
export interface Places {
  /** Where to connect now. Rejects as `join` or `ticket` does, where there is no way without them. */
  next(): Promise<Place>;
  /** Another ticket, for the same place. */
  ticket(): Promise<string | undefined>;
  /** A connection there is gone, or there never was one. */
  failed(url: URL): void;
  /** A connection has begun: all that failed before may be well again by the next time. */
  worked(): void;
}

interface PlacesOptions {
  readonly url: URL;
  readonly ticket: (() => Promise<string | undefined>) | undefined;
  readonly join: (() => Promise<RoomJoin>) | undefined;
  /** Without a ticket there is no way in: then nothing is tried without one. */
  readonly needsTicket: boolean;
  /** Whether an error says that there is no use in trying again. */
  readonly isFinal: (error: unknown) => boolean;
  readonly clock: Pick<Clock, "after">;
}

/** So long an answer is waited for where there is a way without it: well within the time that a first frame has. */
const answerMsMax = 2_000;

/**
 * Goes from the best node to the next when one fails, and asks for others when it has no more: a node's end sends its
 * viewers to where they were told before, without all of them asking at once. A room with tickets asks each time,
 * because a ticket works once. When nobody can be asked, `url` is left, where there is no need of a ticket.
 */
export function createPlaces({ url, ticket, join, needsTicket, isFinal, clock }: PlacesOptions): Places {
  if (join === undefined) {
    const noTicket = () => Promise.resolve(undefined);
    const newTicket = ticket ?? noTicket;
    return {
      next: async () => ({ url, ticket: await newTicket() }),
      ticket: newTicket,
      failed() {},
      worked() {},
    };
  }
  const failed = new Set<string>();
  let known: readonly URL[] = [];
  let asksForTicket = needsTicket;

  async function ask(join: () => Promise<RoomJoin>): Promise<string | undefined> {
    const joined = await join();
    known = joined.nodes.map((node) => new URL(node));
    asksForTicket = needsTicket || (joined.ticket !== undefined && joined.ticket !== null);
    return joined.ticket ?? undefined;
  }
  /** An answer that comes too late is good for the next time. @throws Error when it does */
  function askInTime(join: () => Promise<RoomJoin>): Promise<string | undefined> {
    if (asksForTicket) return ask(join);
    const silence = Promise.withResolvers<never>();
    const forget = clock.after(answerMsMax, () => silence.reject(new Error("nobody says where to go")));
    return Promise.race([ask(join), silence.promise]).finally(forget);
  }
  function best(): URL | undefined {
    return known.find(({ href }) => !failed.has(href));
  }

  return {
    async next() {
      const remembered = asksForTicket ? undefined : best();
      if (remembered !== undefined && failed.size > 0) return { url: remembered, ticket: undefined };
      try {
        const fresh = await askInTime(join);
        const found = best() ?? known[0];
        // All have failed: the best of them may be back.
        if (best() === undefined) failed.clear();
        return { url: found ?? url, ticket: fresh };
      } catch (error) {
        if (asksForTicket || isFinal(error)) throw error;
        const found = best();
        if (found === undefined) failed.clear();
        return { url: found ?? url, ticket: undefined };
      }
    },
    ticket: () => ask(join),
    failed: ({ href }) => void failed.add(href),
    worked: () => failed.clear(),
  };
}
