import type { RollCall } from "@barrage/platform";
import type { Viewer } from "../session/session.ts";

/**
 * Who watches a room on this node: users by their id, the others by number, each person once however many connections
 * they have. With more viewers than `viewersMax` nobody is named: in a crowd the number alone is told.
 */
export function rollCall(viewers: readonly Viewer[], viewersMax: number): RollCall {
  if (viewers.length > viewersMax) return { viewers: viewers.length, users: [], anonymous: 0 };
  const users = new Set(viewers.flatMap(({ userId }) => userId ?? []));
  const anonymous = new Set(viewers.flatMap(({ userId, key }) => (userId === null ? [key] : [])));
  return { viewers: viewers.length, users: [...users], anonymous: anonymous.size };
}
