import { createHash } from "node:crypto";

/**
 * The id of a message: a digest of who sent it, where and under which key, so that the same key gives the same id on
 * every node and after every loss. It is also what the room log drops duplicates by.
 */
export function messageIdOf(message: {
  readonly userId: string;
  readonly roomId: string;
  readonly key: string;
}): string {
  // The parts are ids, so the separator can't be part of them. 128 bits: 32 characters, as many as an id may have.
  return createHash("sha256")
    .update(`message ${message.userId} ${message.roomId} ${message.key}`)
    .digest("hex")
    .slice(0, 32);
}
