import type { Presence } from "@barrage/platform";

interface PresenceBoardOptions {
  /** A node that said nothing for so long has no viewers any more. */
  readonly silenceMs: number;
  readonly now: () => number;
}

/** What every realtime node last said about its viewers. Bounded by the nodes there are, as silent ones are forgotten. */
export interface PresenceBoard {
  note(presence: Presence): void;
  /** Takes every known node for just heard: after a break in which none could be. */
  forgive(): void;
  /** The viewers of each room over all nodes. */
  counts(): ReadonlyMap<string, number>;
}

interface NodeNote {
  readonly rooms: Presence["rooms"];
  readonly atMs: number;
}

/** See {@link PresenceBoard}. */
export function createPresenceBoard({ silenceMs, now }: PresenceBoardOptions): PresenceBoard {
  const nodes = new Map<string, NodeNote>();
  return {
    note({ node, rooms }) {
      nodes.set(node, { rooms, atMs: now() });
    },
    forgive() {
      for (const [node, { rooms }] of nodes) nodes.set(node, { rooms, atMs: now() });
    },
    counts() {
      const sums = new Map<string, number>();
      for (const [node, { rooms, atMs }] of nodes) {
        if (now() - atMs > silenceMs) {
          nodes.delete(node);
          continue;
        }
        for (const [room, count] of Object.entries(rooms)) sums.set(room, (sums.get(room) ?? 0) + count);
      }
      return sums;
    },
  };
}
