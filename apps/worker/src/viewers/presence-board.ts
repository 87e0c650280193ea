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
  /** How many different people have watched each session: every node knows it of all nodes, the newest knows best. */
  uniques(): ReadonlyMap<string, number>;
}

interface NodeNote {
  readonly rooms: Presence["rooms"];
  readonly uniques: Presence["uniques"];
  readonly atMs: number;
}

/** See {@link PresenceBoard}. */
export function createPresenceBoard({ silenceMs, now }: PresenceBoardOptions): PresenceBoard {
  const nodes = new Map<string, NodeNote>();
  return {
    note({ node, rooms, uniques }) {
      nodes.set(node, { rooms, uniques, atMs: now() });
    },
    forgive() {
      for (const [node, said] of nodes) nodes.set(node, { ...said, atMs: now() });
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
    uniques() {
      const most = new Map<string, number>();
      for (const { uniques } of nodes.values()) {
        for (const [session, count] of Object.entries(uniques))
          most.set(session, Math.max(most.get(session) ?? 0, count));
      }
      return most;
    },
  };
}
