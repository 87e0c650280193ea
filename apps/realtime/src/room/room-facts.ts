import type { RoomStates } from "@barrage/platform";
import type { RoomLimits, Visibility } from "@barrage/protocol";

/** What the node must know of a room to let somebody watch. */
export interface RoomFacts {
  readonly visibility: Visibility;
  /** How much of a crowd is shown, when the room has its own limits. */
  readonly limits?: RoomLimits | undefined;
  /** The running session; null while the room is not live. */
  readonly sessionId: string | null;
}

export interface RoomFactsSource {
  /** @returns null when there is no such room. @throws AppError `log_unavailable`. */
  readonly find: (roomId: string) => Promise<RoomFacts | null>;
}

interface RoomFactsDeps {
  readonly states: Pick<RoomStates, "get">;
  readonly sleep: (durationMs: number) => Promise<void>;
}

/** A room that was made a moment ago is known to its host before its state has reached NATS. */
const retryDelaysMs = [100, 250, 400];

/** Reads rooms from the state that the worker keeps in NATS. */
export function createRoomFacts({ states, sleep }: RoomFactsDeps): RoomFactsSource {
  return {
    async find(roomId) {
      for (const delayMs of retryDelaysMs) {
        const state = await states.get(roomId);
        if (state !== null) return state;
        await sleep(delayMs);
      }
      return await states.get(roomId);
    },
  };
}
