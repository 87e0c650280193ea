import {
  appendToOutbox,
  type Database,
  isRoomKnownTo,
  type LockedRoom,
  lockRoom,
  type Orm,
  type RoomClaim,
} from "@barrage/db";
import {
  type Actor,
  AppError,
  type Role,
  type RoomEvent,
  roomEventSchema,
  type UserRef,
} from "@barrage/protocol";

type DraftOf<Event> = Event extends { readonly type: infer Type; readonly data: infer Data }
  ? { readonly type: Type; readonly data: Data }
  : never;

/** What happened, still without where, when and by whom. */
export type EventDraft = DraftOf<RoomEvent>;

/** What a piece of work came to, and the events that tell of it. */
export interface Changed<Result> {
  readonly result: Result;
  /** In order. Empty when nothing was changed. */
  readonly events: readonly EventDraft[];
}

/** Who changes a room. */
export interface RoomActor {
  readonly roomId: string;
  readonly user: UserRef;
  readonly as: RoomClaim["as"];
}

/** The one way to change a room: state and events together, or neither. */
export interface RoomChanges {
  /**
   * Locks the room's row, lets `work` change things and writes its events into the outbox, all in one transaction.
   * After the commit every node hears of it and the outbox is asked to hurry, without waiting for long.
   * @throws AppError `rate_limited`, `forbidden` or, when the actor need not know of the room, `room_not_found`
   */
  change<Result>(
    actor: RoomActor,
    work: (orm: Orm, room: LockedRoom) => Promise<Changed<Result>>,
  ): Promise<Result>;
  /** As {@link RoomChanges.change} for a room that is not there yet; `work` inserts it. */
  create<Result>(
    actor: Omit<RoomActor, "as">,
    work: (orm: Orm) => Promise<Changed<Result> & { readonly at: Date }>,
  ): Promise<Result>;
}

interface RoomChangesDeps {
  readonly database: Database;
  readonly newId: () => string;
  /** The W3C trace context of the running request. */
  readonly traceparent: () => string | undefined;
  /** Counts one change by a user: every change is an event that nobody's stream may shed. @throws AppError `rate_limited` */
  readonly takeChange: (userId: string) => Promise<void>;
  /** A room was changed and committed. Resolves in a short time in any case; must not throw. */
  readonly onChanged: (roomId: string) => Promise<void>;
}

/** Where, when and by whom. */
interface Circumstances {
  readonly roomId: string;
  readonly at: Date;
  readonly by: Actor;
}

/** Makes the service. */
export function createRoomChanges(deps: RoomChangesDeps): RoomChanges {
  const { database } = deps;

  async function record(orm: Orm, where: Circumstances, drafts: readonly EventDraft[]): Promise<void> {
    const { roomId, at, by } = where;
    const events = drafts.map((draft) => ({
      messageId: deps.newId(),
      event: roomEventSchema.parse({ v: 1, ...draft, room: roomId, at: at.getTime(), by }),
      traceparent: deps.traceparent() ?? null,
    }));
    await appendToOutbox(orm, events);
  }

  async function refuse(claim: RoomClaim): Promise<never> {
    const known = await isRoomKnownTo(database.orm, claim.roomId, claim.userId);
    throw new AppError(known && claim.as !== "anyone" ? "forbidden" : "room_not_found");
  }

  return {
    async change({ roomId, user, as }, work) {
      const claim = { roomId, userId: user.id, as };
      await deps.takeChange(user.id);
      const done = await database.transaction(async (orm) => {
        const room = await lockRoom(orm, claim);
        if (room === undefined) return undefined;
        const changed = await work(orm, room);
        await record(orm, { roomId, at: room.now, by: actorOf(user, room.role) }, changed.events);
        return changed;
      });
      if (done === undefined) return refuse(claim);
      if (done.events.length > 0) await deps.onChanged(roomId);
      return done.result;
    },

    async create({ roomId, user }, work) {
      await deps.takeChange(user.id);
      const result = await database.transaction(async (orm) => {
        const changed = await work(orm);
        // Nobody else can write for this room before the commit, so its row need not be locked again.
        await record(orm, { roomId, at: changed.at, by: actorOf(user, "host") }, changed.events);
        return changed.result;
      });
      await deps.onChanged(roomId);
      return result;
    },
  };
}

/** The user's public part alone: what a caller hands in may know more. */
function actorOf({ id, name }: UserRef, role: Role): Actor {
  return { id, name, role };
}
