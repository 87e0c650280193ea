import type { TRPCClient } from "@trpc/client";
import type { AppRouter } from "../lib/app-router.ts";
import { describeError } from "../lib/describe-error.ts";
import type { Draft } from "./chat-line.ts";
import type { RoomStore } from "./room-store.ts";

/** Sends what this viewer says, each with its own key, and tells the store what became of it. */
export interface MessageSender {
  /** Shows the draft at once and sends it. */
  readonly send: (draft: Draft) => void;
  /** Tries again, with the same key: nothing can appear twice. */
  readonly retry: (draft: Draft) => void;
  /** Opens for business. The returned function stops waiting and asks no more; what is under way may still arrive. */
  readonly open: () => () => void;
}

interface MessageSenderDeps {
  readonly client: TRPCClient<AppRouter>;
  readonly store: RoomStore;
  readonly roomId: string;
  /** How long this viewer has to wait after a message, by the room's slow mode; 0: not at all. */
  readonly pauseMs: () => number;
  readonly nowMs: () => number;
}

/** Waits before the attempts that nobody asked for. After the last one the viewer decides. */
const backoffsMs = [500, 1500, 3500] as const;

export function createMessageSender({
  client,
  store,
  roomId,
  pauseMs,
  nowMs,
}: MessageSenderDeps): MessageSender {
  let closing = new AbortController();

  const post = (draft: Draft, signal: AbortSignal) => {
    switch (draft.kind) {
      case "danmaku":
        return client.messages.send.mutate(
          { room: roomId, text: draft.text, color: draft.color, mode: draft.mode, key: draft.key },
          { signal },
        );
      case "gift":
        return client.messages.gift.mutate(
          { room: roomId, gift: draft.gift, count: draft.count, key: draft.key },
          { signal },
        );
      case "super":
        return client.messages.superMessage.mutate(
          { room: roomId, text: draft.text, key: draft.key },
          { signal },
        );
    }
  };

  const deliver = async (draft: Draft) => {
    const { signal } = closing;
    for (let attempt = 0; !signal.aborted; attempt++) {
      try {
        const { id, at } = await post(draft, signal);
        store.dispatch({ type: "accepted", key: draft.key, id, at, lockedUntilMs: nowMs() + pauseMs() });
        return;
      } catch (cause) {
        const error = describeError(cause);
        const waitMs = backoffsMs[attempt];
        const passing = error.code === "unreachable" || error.code === "log_unavailable";
        if (!passing || waitMs === undefined) {
          if (!signal.aborted) store.dispatch({ type: "refused", key: draft.key, error, nowMs: nowMs() });
          return;
        }
        await pause(Math.max(waitMs, error.retryAfterMs ?? 0), signal);
      }
    }
  };

  return {
    send: (draft) => {
      store.dispatch({ type: "drafted", draft, nowMs: nowMs() });
      void deliver(draft);
    },
    retry: (draft) => {
      store.dispatch({ type: "sending", key: draft.key });
      void deliver(draft);
    },
    open: () => {
      const mine = new AbortController();
      closing = mine;
      return () => mine.abort();
    },
  };
}

/** Waits, at most until `signal` fires. Never rejects. */
function pause(waitMs: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(done, waitMs);
    function done() {
      clearTimeout(timer);
      signal.removeEventListener("abort", done);
      resolve();
    }
    signal.addEventListener("abort", done);
  });
}
