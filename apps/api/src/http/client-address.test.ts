import { describe, expect, test } from "bun:test";
import { clientAddressOf } from "./client-address.ts";

const of = (socketAddress: string, forwardedFor: string | null, trustedProxies: number) =>
  clientAddressOf({ socketAddress, forwardedFor, trustedProxies });

describe("whose address a limit counts", () => {
  test("without trusted proxies a forged header changes nothing", () => {
    expect(of("203.0.113.7", "198.51.100.1", 0)).toBe("203.0.113.7");
  });

  test("with proxies, only what they wrote counts: entries further left may be forged", () => {
    expect(of("10.0.0.1", "1.1.1.1, 198.51.100.9", 1)).toBe("198.51.100.9");
    expect(of("10.0.0.1", "6.6.6.6, 198.51.100.9, 10.0.0.2", 2)).toBe("198.51.100.9");
  });

  test("a header with fewer entries than proxies, or with no address in it, falls back on the socket", () => {
    expect(of("203.0.113.7", "198.51.100.9", 2)).toBe("203.0.113.7");
    expect(of("203.0.113.7", "unknown", 1)).toBe("203.0.113.7");
    expect(of("203.0.113.7", "x\u0000y\r\nz", 1)).toBe("203.0.113.7");
  });

  test("an IPv6 customer is one caller, however many of their addresses they use", () => {
    const first = of("2001:db8:1:2:aaaa:bbbb:cccc:dddd", null, 0);
    expect(first).toBe("2001:db8:1:2::/64");
    expect(of("2001:db8:1:2::1", null, 0)).toBe(first);
    expect(of("2001:0db8:0001:0002::ffff", null, 0)).toBe(first);
    expect(of("2001:db8:1:3::1", null, 0)).not.toBe(first);
    expect(of("::1", null, 0)).toBe("0:0:0:0::/64");
    expect(of("2001:db8::", null, 0)).toBe("2001:db8:0:0::/64");
    expect(of("fe80::1%eth0", null, 0)).toBe("fe80:0:0:0::/64");
  });

  test("IPv4 in IPv6 clothes is IPv4", () => {
    expect(of("::ffff:203.0.113.7", null, 0)).toBe("203.0.113.7");
  });

  test("an address that is none shares one bucket instead of having no limit", () => {
    expect(of("", null, 0)).toBe("unknown");
  });
});
