import type { JetStreamManager } from "nats";
import { sleepUnlessAborted } from "../lifecycle/sleep-unless-aborted.ts";
import type { Logger } from "../log/create-logger.ts";
import { abortable } from "./abortable.ts";
import type { NatsLink } from "./connect-nats.ts";
import { ensureRoomStream, type RoomLogRetention, roomStream, streamEpoch } from "./room-stream.ts";
import { watchReplacement } from "./watch-replacement.ts";

interface StreamGuardDeps {
  readonly link: NatsLink;
  readonly jsm: JetStreamManager;
  readonly retention: RoomLogRetention;
  readonly logger: Logger;
}

/**
 * Knows which creation of the stream we talk to. After anything that could have replaced the stream (a broken
 * connection, an advisory) the epoch is in doubt until the stream has been looked at again.
 */
export interface StreamGuard {
  /** The last confirmed epoch. */
  epoch(): string;
  inDoubt(): boolean;
  /** The epoch once it is beyond doubt. @throws AppError `log_unavailable` when `signal` aborts first. */
  confirmed(signal: AbortSignal): Promise<string>;
  /** Puts the epoch in doubt and looks at the stream again, creating it when it is lost. */
  recheck(): void;
  /** Calls back each time a doubt has ended. @returns a function that ends it. */
  onConfirmed(listener: () => void): () => void;
  close(): void;
}

const retryMs = 250;

/** Makes sure that the stream exists, and keeps watch. @throws when the stream can't be had as wanted. */
export async function createStreamGuard(deps: StreamGuardDeps): Promise<StreamGuard> {
  const { link, jsm, retention, logger } = deps;
  const listeners = new Set<() => void>();
  const life = new AbortController();
  let epoch = streamEpoch(await ensureRoomStream(jsm, retention, logger));
  let doubts = 0;
  let checking: Promise<void> | undefined;

  async function check(): Promise<void> {
    for (let answered = -1; answered !== doubts && !life.signal.aborted; ) {
      // A doubt that comes up while we look is not answered by what we see.
      const asked = doubts;
      const found = await lookAgain(deps, life.signal);
      if (found === undefined) return;
      answered = asked;
      if (answered === doubts) settle(found);
    }
  }

  function settle(found: string): void {
    if (found !== epoch) logger.warn({ from: epoch, to: found }, "room log was created anew: a new epoch");
    epoch = found;
    checking = undefined;
    for (const listener of listeners) listener();
  }

  function recheck(): void {
    doubts++;
    if (!life.signal.aborted) checking ??= check();
  }

  async function confirmed(signal: AbortSignal): Promise<string> {
    if (checking === undefined) return epoch;
    await abortable(checking, signal);
    return await confirmed(signal);
  }

  const endWatch = link.watch({ onDown: recheck });
  const endAdvisories = watchReplacement(link, roomStream, recheck);
  return {
    epoch: () => epoch,
    inDoubt: () => checking !== undefined,
    confirmed,
    recheck,
    onConfirmed(listener) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    close() {
      life.abort();
      endWatch();
      endAdvisories();
      listeners.clear();
    },
  };
}

/** The epoch of the stream as it is now, tried until it can be had; undefined when `signal` aborts first. */
async function lookAgain(deps: StreamGuardDeps, signal: AbortSignal): Promise<string | undefined> {
  while (!signal.aborted) {
    try {
      if (deps.link.isConnected())
        return streamEpoch(await ensureRoomStream(deps.jsm, deps.retention, deps.logger));
    } catch (error) {
      if (deps.link.isConnected()) deps.logger.error({ error }, "room log can't be ensured: trying again");
    }
    await sleepUnlessAborted(retryMs, signal);
  }
  return undefined;
}
