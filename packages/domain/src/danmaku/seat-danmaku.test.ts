import { describe, expect, test } from "bun:test";
import type { Flight, Sky } from "./flight-cover.ts";
import { type NewFlight, reseatDanmaku, type SeatedFlight, seatDanmaku } from "./seat-danmaku.ts";

/** A phone held upright, a room beside its chat, and the same in full screen. */
const phone: Sky = { widthPx: 390, heightPx: 5 * 24, rowPx: 24, travelMs: 4_727, gapPx: 14 };
const desktop: Sky = { widthPx: 896, heightPx: 13 * 33, rowPx: 33, travelMs: 8_533, gapPx: 21 };
const fullScreen: Sky = { widthPx: 1_280, heightPx: 13 * 44, rowPx: 44, travelMs: 8_533, gapPx: 30 };

type Aloft = SeatedFlight & { readonly isOwn: boolean };

interface Box {
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
}

/** Where a text is drawn: told anew, by looking at a moment instead of reckoning with gaps. */
function boxAt(flight: SeatedFlight, sky: Sky, atMs: number): Box {
  const share = (atMs - flight.startAtMs) / sky.travelMs;
  const left =
    flight.mode === "scroll"
      ? sky.widthPx - (sky.widthPx + flight.widthPx) * share
      : (sky.widthPx - flight.widthPx) / 2;
  return {
    left,
    right: left + flight.widthPx,
    top: flight.topPx,
    bottom: flight.topPx + flight.heightPx,
  };
}

function isAloft(flight: Flight, sky: Sky, atMs: number): boolean {
  return flight.startAtMs <= atMs && atMs < flight.startAtMs + sky.travelMs;
}

/** Whether two cover each other at any moment from `fromMs` on. */
function everCover([one, other]: readonly [SeatedFlight, SeatedFlight], sky: Sky, fromMs: number): boolean {
  for (let atMs = fromMs; atMs <= fromMs + sky.travelMs; atMs += 25) {
    if (!isAloft(one, sky, atMs) || !isAloft(other, sky, atMs)) continue;
    const [a, b] = [boxAt(one, sky, atMs), boxAt(other, sky, atMs)];
    if (a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom) return true;
  }
  return false;
}

/** Always the same for a seed. */
function createRandom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

interface Rush {
  readonly sky: Sky;
  readonly perSecond: number;
  readonly seed: number;
  /** Of so many hundred, the text stands. */
  readonly standingPercent?: number;
}

/** What flies in twelve seconds of a rush, and what stayed out. */
function rush({ sky, perSecond, seed, standingPercent = 0 }: Rush) {
  const random = createRandom(seed);
  const flown: Aloft[] = [];
  const out: { readonly flight: NewFlight; readonly aloft: readonly SeatedFlight[] }[] = [];
  for (let nowMs = 0; nowMs < 12_000; nowMs += (random() * 2_000) / perSecond) {
    const mode = random() * 100 >= standingPercent ? "scroll" : random() < 0.5 ? "top" : "bottom";
    const widthPx = Math.round(30 + random() ** 3 * sky.widthPx * 1.3);
    const flight = { mode, widthPx, heightPx: sky.rowPx, startAtMs: nowMs, isOwn: false } as const;
    const aloft = flown.filter((one) => isAloft(one, sky, nowMs));
    const topPx = seatDanmaku(flight, { sky, aloft, nowMs });
    if (topPx === null) out.push({ flight, aloft });
    else flown.push({ ...flight, topPx });
  }
  return { flown, out };
}

function pairs<T>(items: readonly T[]): readonly (readonly [T, T])[] {
  return items.flatMap((one, index) => items.slice(0, index).map((other) => [one, other] as const));
}

function coveringPairs(flights: readonly SeatedFlight[], sky: Sky) {
  return pairs(flights).filter(([one, other]) =>
    everCover([one, other], sky, Math.max(one.startAtMs, other.startAtMs)),
  );
}

const skies = [
  ["a phone", phone],
  ["a desktop", desktop],
  ["a full screen", fullScreen],
] as const;

describe.each(skies)("danmaku on %s", (_, sky) => {
  test("never cover each other in a rush, at any moment of their way", () => {
    for (const perSecond of [5, 15, 40]) {
      const seed = 20_261_128 + perSecond;
      const { flown } = rush({ sky, perSecond, seed });
      expect({ seed, covering: coveringPairs(flown, sky) }).toEqual({ seed, covering: [] });
    }
  });

  test("stay out only when every row would have them cover another, and use every row", () => {
    const seed = 77;
    // Without the gap that the rule keeps, so that the sampled boxes are the whole truth.
    const tight = { ...sky, gapPx: 0 };
    const { flown, out } = rush({ sky: tight, perSecond: 15, seed });
    const rows = sky.heightPx / sky.rowPx;
    expect(new Set(flown.map(({ topPx }) => topPx / sky.rowPx)).size).toBe(rows);
    expect(out.length).toBeGreaterThan(0);
    for (const { flight, aloft } of out) {
      for (let row = 0; row < rows; row++) {
        const tried = { ...flight, topPx: row * sky.rowPx };
        const isCovered = aloft.some((other) => everCover([tried, other], tight, flight.startAtMs));
        expect({ seed, atMs: flight.startAtMs, row, isCovered }).toMatchObject({ isCovered: true });
      }
    }
  });

  test("that stand never cover each other, and leave half of the rows to those that cross", () => {
    const seed = 4_711;
    const { flown } = rush({ sky, perSecond: 15, seed, standingPercent: 50 });
    const standing = flown.filter(({ mode }) => mode !== "scroll");
    expect(coveringPairs(standing, sky)).toEqual([]);
    const rows = sky.heightPx / sky.rowPx;
    const most = Math.max(
      ...flown.map((one) => standing.filter((other) => isAloft(other, sky, one.startAtMs)).length),
    );
    expect(most).toBeGreaterThan(1);
    expect(most).toBeLessThanOrEqual(rows / 2);
    expect(flown.some(({ mode, startAtMs }) => mode === "scroll" && startAtMs > 10_000)).toBe(true);
    // Whatever crosses and comes later flies around what stands.
    const under = coveringPairs(flown, sky).filter(([later]) => later.mode === "scroll");
    expect(under).toEqual([]);
  });

  test("whose picture changes go on without covering each other, and the viewer's own stay", () => {
    for (const [name, next] of [
      ...skies,
      ["a quarter of it", { ...sky, heightPx: 2 * sky.rowPx }],
      ["half the speed", { ...sky, travelMs: sky.travelMs * 2 }],
    ] as const) {
      const { flown } = rush({ sky, perSecond: 15, seed: 5, standingPercent: 10 });
      const nowMs = 11_000;
      const own: Aloft = {
        mode: "scroll",
        widthPx: 200,
        heightPx: sky.rowPx,
        startAtMs: nowMs,
        isOwn: true,
        topPx: sky.heightPx - sky.rowPx,
      };
      const aloft = [...flown.filter((one) => isAloft(one, sky, nowMs)), own];
      const seats = reseatDanmaku(aloft, { before: sky, sky: next, nowMs });
      const seated = aloft.flatMap((flight, index) => {
        const topPx = seats[index] ?? null;
        return topPx === null ? [] : [{ ...flight, topPx }];
      });
      const scrolling = seated.filter(({ mode }) => mode === "scroll");
      const covering = pairs(scrolling).filter((pair) => everCover(pair, next, nowMs));
      expect({ name, covering }).toEqual({ name, covering: [] });
      expect(seated.filter(({ isOwn }) => isOwn)).toHaveLength(1);
      expect(seated.length).toBeGreaterThan(2);
    }
  });

  test("that nothing has changed for stay where they are", () => {
    const { flown } = rush({ sky, perSecond: 15, seed: 6 });
    const aloft = flown.filter((one) => isAloft(one, sky, 11_000));
    const seats = reseatDanmaku(aloft, { before: sky, sky, nowMs: 11_000 });
    expect(seats).toEqual(aloft.map(({ topPx }) => topPx));
  });
});

describe("one's own danmaku", () => {
  const standing = (topPx: number, widthPx: number): SeatedFlight => ({
    mode: "scroll",
    widthPx,
    heightPx: 24,
    startAtMs: 0,
    topPx,
  });

  test("fly even when no row is free, where they hide least", () => {
    const aloft = [300, 250, 90, 280, 310].map((widthPx, row) => standing(row * phone.rowPx, widthPx));
    const flight = { mode: "scroll", widthPx: 120, heightPx: 24, startAtMs: 500 } as const;
    const now = { sky: phone, aloft, nowMs: 500 };
    expect(seatDanmaku({ ...flight, isOwn: false }, now)).toBeNull();
    expect(seatDanmaku({ ...flight, isOwn: true }, now)).toBe(2 * phone.rowPx);
  });

  test("at the bottom begin at the last row, at the top and across at the first", () => {
    const now = { sky: phone, aloft: [], nowMs: 0 };
    const topOf = (mode: Flight["mode"]) =>
      seatDanmaku({ mode, widthPx: 100, heightPx: 24, startAtMs: 0, isOwn: true }, now);
    expect([topOf("scroll"), topOf("top"), topOf("bottom")]).toEqual([0, 0, 4 * phone.rowPx]);
  });
});
