import { describe, expect, test } from "bun:test";
import { AppError } from "@barrage/protocol";
import { createPasswordMemory } from "./password-memory.ts";
import { createRoomAccess } from "./room-access.ts";
import type { RoomPolicy } from "./room-policy.ts";

const policy: RoomPolicy = {
  roomId: "room00000001",
  hostId: "host00000001",
  visibility: "private",
  passwordHash: "hash of open sesame",
  sessionId: null,
  slowModeMs: 0,
  followersOnly: false,
  memberList: false,
  blockedWords: [],
  moderatorIds: new Set(),
  mutes: new Map(),
  bans: new Map(),
};

/** A door with ten attempts per address, which come back only when the test says so. */
function setUp() {
  const world = { nowMs: 0, taken: new Map<string, number>(), verified: 0 };
  const access = createRoomAccess({
    admissions: { has: async () => false, add: async () => {} },
    memory: createPasswordMemory({ key: new Uint8Array(32), now: () => world.nowMs }),
    passwords: {
      async verify(password, hash) {
        world.verified++;
        return hash === `hash of ${password}`;
      },
    },
    async takeAttempt(_room, address) {
      const taken = (world.taken.get(address) ?? 0) + 1;
      world.taken.set(address, taken);
      if (taken > 10) throw new AppError("rate_limited");
    },
  });
  const enter = (password: string, { address = "192.0.2.1", at = policy } = {}) =>
    access.enter(at, { userId: null, clientAddress: address, password });
  return { world, enter };
}

const right = "open sesame";
const wrong = { code: "room_password_wrong" };
const limited = { code: "rate_limited" };

describe("an anonymous viewer of a private room", () => {
  test("who knows the password is let in again and again, at once or not, for one attempt and one hash", async () => {
    const { world, enter } = setUp();
    await Promise.all(Array.from({ length: 25 }, () => enter(right)));
    for (let index = 0; index < 25; index++) await enter(right);
    expect([world.verified, world.taken.get("192.0.2.1")]).toEqual([1, 1]);
    world.nowMs = 3_600_001;
    await enter(right);
    expect(world.verified).toBe(2);
  });

  test("who guesses pays for each guess, and after ten is turned away", async () => {
    const { enter } = setUp();
    for (let index = 0; index < 10; index++) {
      await expect(enter("the same guess")).rejects.toMatchObject(wrong);
    }
    await expect(enter("another guess")).rejects.toMatchObject(limited);
  });

  test("is not let in by the memory with a password that was changed since", async () => {
    const { enter } = setUp();
    await enter(right);
    const at = { ...policy, passwordHash: "hash of something else" };
    await expect(enter(right, { at })).rejects.toMatchObject(wrong);
    await enter("something else", { at });
  });

  test("can't guess past the limit by the memory: neither of what others know, nor of what was said from here", async () => {
    const { enter } = setUp();
    await enter(right, { address: "198.51.100.7" });
    await enter(right);
    for (let index = 0; index < 9; index++)
      await expect(enter(`guess ${index}`)).rejects.toMatchObject(wrong);
    await expect(enter("guess 9")).rejects.toMatchObject(limited);
    await expect(enter(right)).rejects.toMatchObject(limited);
    await enter(right, { address: "198.51.100.7" });
    const { enter: enterElsewhere } = setUp();
    await enterElsewhere(right);
    for (let index = 0; index < 10; index++) {
      await expect(enterElsewhere(`guess ${index}`, { address: "203.0.113.9" })).rejects.toMatchObject(wrong);
    }
    await expect(enterElsewhere(right, { address: "203.0.113.9" })).rejects.toMatchObject(limited);
  });
});
