import { describe, expect, test } from "bun:test";
import { createSessionCookie } from "./session-cookie.ts";

const token = "t".repeat(43);
const secure = createSessionCookie({ secure: true, maxAgeMs: 90_000 });
const plain = createSessionCookie({ secure: false, maxAgeMs: 90_000 });

describe("the session cookie", () => {
  test("over https it is bound to the host, out of reach of scripts and of other sites", () => {
    expect(secure.store(token)).toBe(
      `__Host-barrage=${token}; Max-Age=90; Path=/; HttpOnly; SameSite=Lax; Secure`,
    );
    expect(secure.clear()).toBe("__Host-barrage=; Max-Age=0; Path=/; HttpOnly; SameSite=Lax; Secure");
  });

  test("over plain http it has a name that makes no promise", () => {
    expect(plain.store(token)).toBe(`barrage_session=${token}; Max-Age=90; Path=/; HttpOnly; SameSite=Lax`);
  });

  test("is found among others, and only under its whole name", () => {
    expect(secure.read(`a=b; __Host-barrage=${token}; c=d`)).toBe(token);
    expect(secure.read(`a=b;__Host-barrage=${token}`)).toBe(token);
    expect(secure.read(`x__Host-barrage=${token}`)).toBeUndefined();
    expect(secure.read(`barrage_session=${token}`)).toBeUndefined();
  });

  test.each([
    null,
    "",
    "%E0%A4%A",
    "__Host-barrage",
    "__Host-barrage=",
    `__Host-barrage=${token}%00`,
    "=;=;;",
  ])("%j holds no token and does no harm", (header) => expect(secure.read(header)).toBeUndefined());
});
