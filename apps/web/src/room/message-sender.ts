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
  readonly nowMs: () => number;
}

/** Waits before the attempts that nobody asked for. After the last one the viewer decides. */
const backoffsMs = [500, 1500, 3500] as const;

export function createMessageSender(deps: MessageSenderDeps): MessageSender {
  const { store, nowMs } = deps;
  let closing = new AbortController();

  const deliver = async (draft: Draft) => {
    const { key } = draft;
    const { signal } = closing;
    for (let attempt = 0; !signal.aborted; attempt++) {
      try {
        const { id, at } = await post(deps, draft, signal);
        store.dispatch({ type: "accepted", key, id, at, nowMs: nowMs() });
        return;
      } catch (cause) {
        if (signal.aborted) return;
        const error = describeError(cause);
        const waitMs = backoffsMs[attempt];
        const passing = error.code === "unreachable" || error.code === "log_unavailable";
        if (!passing || waitMs === undefined) {
          store.dispatch({ type: "refused", key, error, nowMs: nowMs() });
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

function post(
  { client, roomId }: Pick<MessageSenderDeps, "client" | "roomId">,
  { key, content }: Draft,
  signal: AbortSignal,
) {
  const { messages } = client;
  switch (content.kind) {
    case "danmaku": {
      const { text, color, mode } = content;
      return messages.send.mutate({ room: roomId, text, color, mode, key }, { signal });
    }
    case "gift":
      return messages.gift.mutate(
        { room: roomId, gift: content.gift, count: content.count, key },
        { signal },
      );
    case "super":
      return messages.superMessage.mutate({ room: roomId, text: content.text, key }, { signal });
  }
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
