import type { Role } from "@barrage/protocol";

const rank: Record<Role, number> = { viewer: 0, moderator: 1, host: 2 };

/**
 * Whether somebody may mute, ban or delete a message of somebody else: only upwards in rank. Nobody moderates the host,
 * and moderators do not moderate each other.
 */
export function canModerate(actor: Role, target: Role): boolean {
  return rank[actor] > 0 && rank[actor] > rank[target];
}

/** Whether somebody may see and use the room's moderation tools. */
export function isModeration(role: Role | null): boolean {
  return role !== null && rank[role] > 0;
}
