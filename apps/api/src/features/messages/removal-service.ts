import { findMember, findMessage, markMessageDeleted, type Orm } from "@barrage/db";
import { canModerate } from "@barrage/domain";
import { AppError, type Role, type UserRef } from "@barrage/protocol";
import type { RoomChanges } from "../../room-access/room-changes.ts";
import type { MessageClue, MessageFinder } from "./message-finder.ts";

/** Taking messages back. */
export interface RemovalService {
  /**
   * Deletes one's own message, or one of somebody below in rank. Deleting twice is deleting once. The archive may not
   * have the message yet: the clue then says where it is in the room log.
   * @throws AppError `message_not_found`, `forbidden`, `cursor_malformed`
   */
  remove(user: UserRef, clue: MessageClue): Promise<void>;
}

/** Makes the service. */
export function createRemovalService(deps: {
  readonly finder: MessageFinder;
  readonly changes: RoomChanges;
}): RemovalService {
  /** What the sender is in the room now: whoever became a moderator since is one. */
  async function rankOf(orm: Orm, roomId: string, userId: string): Promise<Role> {
    const member = await findMember(orm, roomId, userId);
    return member?.role ?? "viewer";
  }

  return {
    async remove(user, clue) {
      const message = await deps.finder.find(clue);
      if (message === undefined) throw new AppError("message_not_found");
      const { id, by } = message;
      await deps.changes.change({ roomId: message.room, user, as: "anyone" }, async (orm, room) => {
        const own = by.id === user.id;
        if (!own && !canModerate(room.role, await rankOf(orm, room.id, by.id))) {
          // In a private room, a stranger must not learn that the message is there.
          const hidden = room.visibility === "private" && room.role === "viewer";
          throw new AppError(hidden ? "message_not_found" : "forbidden");
        }
        const marked = await markMessageDeleted(orm, { id, roomId: room.id, deletedAt: room.now });
        const archived = marked ? undefined : await findMessage(orm, id);
        // Not marked and there: archived since the mark looked. The worker marks it when it reads the event.
        const already = archived !== undefined && archived.deletedAt !== null;
        return { result: undefined, events: already ? [] : [{ type: "message.deleted", data: { id } }] };
      });
    },
  };
}
