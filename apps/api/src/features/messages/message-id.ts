import { createHash } from "node:crypto";

/**
 * 16 characters of base 36 are 82 bits. Ids are one space over all messages (primary key, and what the room log drops
 * duplicates by): among ten billion, the chance that any two meet is 1 in 160,000 (n² / 2N), and whoever wants to meet
 * somebody else's message, and so have their own dropped, must try 2^82 keys. Random characters are what a message
 * costs most of under gzip: 32 hexadecimal ones were 9 bytes of 70 more, for each viewer.
 */
const idChars = 16;
const idCount = 36n ** BigInt(idChars);

/**
 * The id of a message: a digest of who sent it, where and under which key, so that the same key gives the same id on
 * every node and after every loss. It is also what the room log drops duplicates by.
 */
export function messageIdOf(message: {
  readonly userId: string;
  readonly roomId: string;
  readonly key: string;
}): string {
  // The parts are ids, so the separator can't be part of them.
  const digest = createHash("sha256")
    .update(`message ${message.userId} ${message.roomId} ${message.key}`)
    .digest("hex");
  return (BigInt(`0x${digest}`) % idCount).toString(36).padStart(idChars, "0");
}
