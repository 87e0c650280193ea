import { type Bus, busTopics } from "@barrage/platform";

interface RoomAnnouncerDeps {
  readonly bus: Bus;
  /** Drops what this node remembers of a room. */
  readonly forget: (roomId: string) => void;
}

/** Tells everybody that a room was changed, and hears it from the other nodes. */
export interface RoomAnnouncer {
  /** For after the commit. Never throws, and takes half a second at most. */
  announce(roomId: string): Promise<void>;
  /** Stops listening. */
  close(): void;
}

/** The change is committed: whoever asked for it need not wait long for the worker to spread it. */
const flushDeadlineMs = 500;

/** Starts listening. The caller closes it. */
export function createRoomAnnouncer({ bus, forget }: RoomAnnouncerDeps): RoomAnnouncer {
  const stop = bus.listen(busTopics.roomChanged, ({ roomId }) => forget(roomId));
  return {
    async announce(roomId) {
      // This node first, and without the network: who is told "done" must find it done here.
      forget(roomId);
      try {
        bus.broadcast(busTopics.roomChanged, { roomId });
        await bus.request(busTopics.outboxFlush, { payload: {}, deadlineMs: flushDeadlineMs });
      } catch {
        // Without NATS or the worker the others find out by themselves: policies expire, and the outbox waits.
      }
    },
    close: stop,
  };
}
