import { createHash } from "node:crypto";

const tokenPattern = /^[A-Za-z0-9_-]{43}$/;

/** A new token: 256 random bits in base64url, 43 characters. */
export function newSessionToken(randomBytes: (count: number) => Uint8Array): string {
  return Buffer.from(randomBytes(32)).toString("base64url");
}

/** True for what {@link newSessionToken} could have made; anything else is not worth a question to Postgres. */
export function isSessionToken(text: string): boolean {
  return tokenPattern.test(text);
}

/**
 * What is stored of a token. Plain SHA-256 is enough: a token has 256 random bits, so there is nothing to guess that a
 * slow hash would have to protect.
 */
export function sessionIdOf(token: string): string {
  return createHash("sha256").update(token).digest("hex");
}
