/**
 * WebSocket close codes. The range carries the policy, so an old client handles a new code well:
 * 4000–4499 come back with your cursor, 4500–4999 do not come back.
 */
export const closeCodes = {
  /** The node is going away; the `goodbye` frame before it says when to come back. */
  goodbye: 4000,
  /** The viewer fell too far behind; its last cursor is good. */
  slow_consumer: 4001,
  /** The node lost its upstream or made a mistake. */
  internal: 4002,
  /** The client sent something that the protocol does not know. */
  protocol_violation: 4500,
  /** The room was deleted. */
  room_deleted: 4501,
  /** The viewer may no longer watch. */
  access_revoked: 4502,
  /** The replay has come to its end. */
  replay_ended: 4503,
} as const;

/** Why a connection was closed by the server. */
export type CloseReason = keyof typeof closeCodes;

/** Whether a client that was closed with `code` should come back. Codes of the WebSocket standard itself: yes. */
export function mayReconnect(code: number): boolean {
  return code < 4500;
}
