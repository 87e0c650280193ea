import { describe, expect, test } from "bun:test";
import { isSessionToken, newSessionToken, sessionIdOf } from "./session-token.ts";

describe("session tokens", () => {
  test("hold 256 random bits and nothing else", () => {
    const asked: number[] = [];
    const bytes = new Uint8Array(32).map((_, index) => index);
    const token = newSessionToken((count) => {
      asked.push(count);
      return bytes;
    });
    expect(asked).toEqual([32]);
    expect(new Uint8Array(Buffer.from(token, "base64url"))).toEqual(bytes);
    expect(isSessionToken(token)).toBe(true);
  });

  test.each([
    "",
    "short",
    "a".repeat(42),
    "a".repeat(44),
    `${"a".repeat(42)}\n`,
    `${"a".repeat(42)};`,
    `é${"a".repeat(42)}`,
  ])("%j is none", (text) => expect(isSessionToken(text)).toBe(false));

  test("what is stored is the token's SHA-256 (FIPS 180-2's first example)", () => {
    expect(sessionIdOf("abc")).toBe("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  });
});
