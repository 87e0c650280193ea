import { describe, expect, test } from "bun:test";
import { hotScore } from "./hot-score.ts";

const hour = 3_600_000;
describe("hot ranking", () => {
  test("more viewers or more talk never rank lower, more age never higher; a score is whole and fits 32 bits", () => {
    const sizes = [0, 1, 2, 7, 150, 9_999, 1_000_000, 50_000_000];
    const ages = [-10_000, 0, 1, hour, 5 * hour, 1_000 * hour];
    for (const viewers of sizes)
      for (const danmakuPerMinute of sizes)
        for (const liveMs of ages) {
          const room = { viewers, danmakuPerMinute, liveMs };
          const score = hotScore(room);
          expect(Number.isInteger(score) && score >= 1 && score < 2 ** 31).toBe(true);
          for (const more of [1, 3, 1_000]) {
            expect(hotScore({ ...room, viewers: viewers + more })).toBeGreaterThanOrEqual(score);
            expect(hotScore({ ...room, danmakuPerMinute: danmakuPerMinute + more })).toBeGreaterThanOrEqual(
              score,
            );
            expect(hotScore({ ...room, liveMs: liveMs + more * hour })).toBeLessThanOrEqual(score);
          }
        }
    expect(hotScore({ viewers: 1e9, danmakuPerMinute: 1e9, liveMs: 0 })).toBe(2 ** 31 - 1);
  });

  test("a few who write a lot never outrank a crowd of more than twice their number", () => {
    const noisy = hotScore({ viewers: 100, danmakuPerMinute: 1_000_000, liveMs: 0 });
    expect(noisy).toBeLessThan(hotScore({ viewers: 201, danmakuPerMinute: 0, liveMs: 0 }));
    expect(noisy).toBeGreaterThan(hotScore({ viewers: 150, danmakuPerMinute: 0, liveMs: 0 }));
  });

  test("after six hours it takes twice the viewers", () => {
    const old = hotScore({ viewers: 200, danmakuPerMinute: 0, liveMs: 6 * hour });
    expect(old).toBe(hotScore({ viewers: 100, danmakuPerMinute: 0, liveMs: 0 }));
  });
});
