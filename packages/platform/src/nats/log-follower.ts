import { liveSubject } from "@barrage/protocol";
import type { Logger } from "../log/create-logger.ts";
import { abortable } from "./abortable.ts";
import type { NatsLink } from "./connect-nats.ts";
import { logCall } from "./log-call.ts";
import { liveEntry } from "./log-entry.ts";
import type { FollowHandlers, Subscribed } from "./room-log.ts";
import type { StreamGuard } from "./stream-guard.ts";

interface LogFollowerDeps {
  readonly link: NatsLink;
  readonly guard: StreamGuard;
  readonly deadlineMs: number;
  readonly logger: Logger;
}

/** See {@link RoomLog.follow}. */
export function createLogFollower({ link, guard, deadlineMs, logger }: LogFollowerDeps) {
  const followers = new Set<Follower>();

  const endGuard = guard.onConfirmed(() => {
    for (const follower of followers) follower.handlers.onInterrupted();
  });

  function subscribe(roomId: string, handlers: FollowHandlers): Follower {
    const subscription = link.connection.subscribe(liveSubject(roomId), {
      callback: (error, message) => {
        // In doubt an entry could belong to another stream. Dropping it is safe: onInterrupted makes up for it.
        if (guard.inDoubt()) return;
        const entry = error === null ? liveEntry(message) : undefined;
        if (entry === undefined)
          logger.warn({ error, room: roomId }, "a live message that is no entry was ignored");
        else handlers.onEntry(entry);
      },
    });
    const follower: Follower = { handlers, unsubscribe: () => subscription.unsubscribe() };
    followers.add(follower);
    return follower;
  }

  function end(follower: Follower): void {
    if (followers.delete(follower)) follower.unsubscribe();
  }

  return {
    async follow(roomId: string, handlers: FollowHandlers): Promise<Subscribed> {
      const follower = subscribe(roomId, handlers);
      try {
        // The server answers a flush after it has worked through the subscription before it.
        await logCall(link, () => abortable(link.connection.flush(), AbortSignal.timeout(deadlineMs)));
      } catch (error) {
        end(follower);
        throw error;
      }
      return {
        async close() {
          end(follower);
        },
      };
    },
    close(): void {
      endGuard();
      for (const follower of followers) end(follower);
    },
  };
}

interface Follower {
  readonly handlers: FollowHandlers;
  readonly unsubscribe: () => void;
}
