import { AppError, type Role } from "@barrage/protocol";
import type { Admissions } from "./admissions.ts";
import type { PasswordMemory } from "./password-memory.ts";
import { type RoomPolicy, roleIn } from "./room-policy.ts";

/** Somebody at a room's door. */
export interface Visitor {
  readonly userId: string | null;
  /** For counting wrong passwords. */
  readonly clientAddress: string;
  readonly password?: string | undefined;
}

/** The door of private rooms. */
export interface RoomAccess {
  /**
   * Lets a visitor in, and remembers users who knew the password, so that they need not send it with every message.
   * @returns what the visitor is in the room; null for an anonymous one
   * @throws AppError `room_password_wrong` (also when none was given), `rate_limited`
   */
  enter(policy: RoomPolicy, visitor: Visitor): Promise<Role | null>;
}

interface RoomAccessDeps {
  readonly admissions: Admissions;
  readonly memory: PasswordMemory;
  readonly passwords: { verify(password: string, hash: string | null): Promise<boolean> };
  /** Counts an attempt of one address at one room. @throws AppError `rate_limited` */
  readonly takeAttempt: (roomId: string, clientAddress: string) => Promise<void>;
}

/** Makes the door. */
export function createRoomAccess(deps: RoomAccessDeps): RoomAccess {
  const { admissions, memory, passwords, takeAttempt } = deps;

  async function checkPassword(policy: RoomPolicy, { password, clientAddress }: Visitor): Promise<void> {
    if (password === undefined) throw new AppError("room_password_wrong");
    await memory.admit({ policy, clientAddress, password }, async () => {
      // Counted before it is looked at, right or wrong: else a flood of guesses in parallel would not be counted in time.
      await takeAttempt(policy.roomId, clientAddress);
      if (!(await passwords.verify(password, policy.passwordHash))) throw new AppError("room_password_wrong");
    });
  }

  return {
    async enter(policy, visitor) {
      const { userId } = visitor;
      const role = userId === null ? null : roleIn(policy, userId);
      if (policy.visibility !== "private" || role === "host" || role === "moderator") return role;
      if (userId !== null && (await admissions.has(policy, userId))) return role;
      await checkPassword(policy, visitor);
      if (userId !== null) await admissions.add(policy, userId);
      return role;
    },
  };
}
