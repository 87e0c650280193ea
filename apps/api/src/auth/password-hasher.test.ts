import { describe, expect, test } from "bun:test";
import { createPasswordHasher } from "./password-hasher.ts";

describe("passwords", () => {
  test("are stored as argon2id with the parameters that OWASP recommends", async () => {
    const passwords = await createPasswordHasher({ concurrentMax: 2, waitingMax: 10 });
    const hash = await passwords.hash("correct horse");
    expect(hash).toStartWith("$argon2id$v=19$m=19456,t=2,p=1$");
    expect(await passwords.verify("correct horse", hash)).toBe(true);
    expect(await passwords.verify("correct house", hash)).toBe(false);
  });

  test("nobody's password fits, not even when there is no hash to compare with", async () => {
    const passwords = await createPasswordHasher({ concurrentMax: 1, waitingMax: 10 });
    expect(await passwords.verify("", null)).toBe(false);
    expect(await passwords.verify("correct horse", null)).toBe(false);
  });

  test("the same letters in another normal form are the same password", async () => {
    const passwords = await createPasswordHasher({ concurrentMax: 1, waitingMax: 10 });
    const hash = await passwords.hash("caf\u00e9 au lait");
    expect(await passwords.verify("cafe\u0301 au lait", hash)).toBe(true);
  });

  test("when too many wait, one more is turned away with a time to come back, and the others are served", async () => {
    const passwords = await createPasswordHasher({ concurrentMax: 1, waitingMax: 2 });
    const served = [passwords.hash("one"), passwords.hash("two"), passwords.hash("three")];
    const turnedAway = passwords.hash("four");
    await expect(turnedAway).rejects.toMatchObject({ code: "rate_limited", retryAfterMs: 1_000 });
    expect(await Promise.all(served)).toHaveLength(3);
    // Every place was given back.
    expect(await Promise.all([passwords.hash("five"), passwords.hash("six")])).toHaveLength(2);
  });
});
