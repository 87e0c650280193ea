import { describe, expect, test } from "bun:test";
import { createStaleCache } from "./stale-cache.ts";

function setUp(options: { entriesMax?: number; mayServeStale?: (error: unknown) => boolean } = {}) {
  let nowMs = 1_000_000;
  let failure: Error | undefined;
  const loads: string[] = [];
  const load = async (key: string): Promise<string> => {
    const value = `${key}${loads.push(key)}`;
    await Promise.resolve();
    if (failure !== undefined) throw failure;
    return value;
  };
  const cache = createStaleCache({
    ttlMs: 1_000,
    staleMs: 60_000,
    entriesMax: 100,
    load,
    now: () => nowMs,
    ...options,
  });
  return {
    cache,
    loads,
    pass: (ms: number) => (nowMs += ms),
    fail: (error: Error | undefined) => (failure = error),
  };
}

describe("stale cache", () => {
  test("loads once for many askers, and again only when the time is over", async () => {
    const { cache, loads, pass } = setUp();
    expect(await Promise.all([cache.get("a"), cache.get("a"), cache.get("a")])).toEqual(["a1", "a1", "a1"]);
    pass(999);
    expect(await cache.get("a")).toBe("a1");
    pass(1);
    expect(await cache.get("a")).toBe("a2");
    expect(loads).toEqual(["a", "a"]);
  });

  test("serves the old value while loading fails, tries again at intervals, and no longer than the stale time", async () => {
    const { cache, loads, pass, fail } = setUp();
    await cache.get("a");
    fail(new Error("down"));
    pass(2_000);
    expect(await cache.get("a")).toBe("a1");
    expect(await cache.get("a")).toBe("a1");
    expect(loads.length).toBe(2);
    pass(1_000);
    expect(await cache.get("a")).toBe("a1");
    expect(loads.length).toBe(3);
    pass(60_000);
    expect(cache.get("a")).rejects.toThrow("down");
    fail(undefined);
    expect(await cache.get("a")).toBe("a5");
  });

  test("never hides a failure that it was told not to hide, nor one without an older value", async () => {
    const { cache, pass, fail } = setUp({ mayServeStale: (error) => String(error).includes("down") });
    fail(new Error("down"));
    expect(cache.get("a")).rejects.toThrow("down");
    fail(undefined);
    await cache.get("a");
    pass(2_000);
    fail(new Error("not found"));
    expect(cache.get("a")).rejects.toThrow("not found");
  });

  test("an invalidated key is loaded anew, also when a load from before was still under way", async () => {
    const { cache } = setUp();
    const before = cache.get("a");
    cache.invalidate("a");
    const after = cache.get("a");
    expect([await before, await after]).toEqual(["a1", "a2"]);
    expect(await cache.get("a")).toBe("a2");
    cache.invalidateWhere((value) => value === "a2");
    expect(await cache.get("a")).toBe("a3");
  });

  test("holds no more than its bound, and drops what was used longest ago", async () => {
    const { cache, loads } = setUp({ entriesMax: 2 });
    for (const key of ["a", "b", "a", "c", "a", "b"]) await cache.get(key);
    expect(loads).toEqual(["a", "b", "c", "b"]);
  });
});
