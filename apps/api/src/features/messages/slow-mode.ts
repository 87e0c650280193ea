import type { VolatileStore } from "@barrage/platform";
import { AppError } from "@barrage/protocol";
import { createExpiringMap } from "../../room-access/expiring-map.ts";

/** One message that wants its sender's turn. */
export interface TurnRequest {
  readonly roomId: string;
  readonly userId: string;
  readonly messageId: string;
  /** The room's pause between two messages of one sender. */
  readonly pauseMs: number;
}

/** The pause between two messages of one sender in one room. */
export interface SlowMode {
  /** Takes the turn. The message that has it may take it again, so a retry is not refused. @throws AppError `slow_mode` */
  take(request: TurnRequest): Promise<void>;
  /** Gives the turn back, for a message that was refused after all. */
  giveBack(request: TurnRequest): Promise<void>;
}

const entriesMax = 50_000;
const turnPattern = /^([0-9a-z]+) ([0-9]+)$/;

/** Turns are shared by all nodes through the store; each node also keeps its own, for when the store is away. */
export function createSlowMode(deps: {
  readonly store: VolatileStore;
  readonly now: () => number;
}): SlowMode {
  const { store, now } = deps;
  const taken = createExpiringMap<string>({ entriesMax, now });
  const keyOf = ({ roomId, userId }: TurnRequest) => `turn:${roomId}:${userId}`;

  /** How long `request` has to wait for the turn that is taken. */
  function waitMs(turn: string, request: TurnRequest): number {
    const [, messageId, takenAtMs] = turnPattern.exec(turn) ?? [];
    if (messageId === undefined || messageId === request.messageId) return 0;
    // By the pause as it is now: the host may have shortened it since.
    return Number(takenAtMs) + request.pauseMs - now();
  }

  return {
    async take(request) {
      if (request.pauseMs === 0) return;
      const key = keyOf(request);
      const turn = `${request.messageId} ${now()}`;
      const local = taken.get(key);
      if (local === undefined) taken.set(key, turn, request.pauseMs);
      const shared = await store.putIfAbsent(key, turn, request.pauseMs);
      const previous = shared ?? local;
      if (previous === undefined) return;
      const retryAfterMs = waitMs(previous, request);
      if (retryAfterMs > 0) {
        taken.set(key, previous, retryAfterMs);
        if (shared === null) await store.put(key, previous, retryAfterMs);
        throw new AppError("slow_mode", { retryAfterMs });
      }
      taken.set(key, turn, request.pauseMs);
      await store.put(key, turn, request.pauseMs);
    },
    async giveBack(request) {
      if (request.pauseMs === 0) return;
      const key = keyOf(request);
      const turn = (await store.get(key)) ?? taken.get(key);
      if (turn?.startsWith(`${request.messageId} `) !== true) return;
      taken.delete(key);
      await store.remove(key, turn);
    },
  };
}
