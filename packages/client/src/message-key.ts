const alphabet = "0123456789abcdefghijklmnopqrstuv";

/** 120 bits: two users never meet by chance. */
const keyLength = 24;

/**
 * A new idempotency key for `messages.send` and its kin. Make one per message, keep it over retries: the same key
 * again gives the same answer, and the message exists once.
 */
export function createMessageKey(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(keyLength));
  return Array.from(bytes, (byte) => alphabet[byte & 31]).join("");
}
