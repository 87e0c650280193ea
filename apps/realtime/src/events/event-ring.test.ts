import { expect, test } from "bun:test";
import { seededRandom } from "@barrage/testkit";
import { entry } from "../testing/entries.ts";
import { EventRing } from "./event-ring.ts";

const wide = { bytesMax: 1e9, countMax: 1e9 };
const seqsOf = (entries: readonly { readonly seq: number }[]) => entries.map(({ seq }) => seq);

test("a ring holds no more bytes and no more entries than it may, and forgets the oldest first", () => {
  const size = entry(100).frame.length;
  const ring = new EventRing({ bytesMax: size * 3, countMax: 100 }, { floorSeq: 0, headSeq: 0 });
  for (let seq = 100; seq < 120; seq++) ring.push(entry(seq));
  expect(ring.heldBytes).toBeLessThanOrEqual(size * 3);
  expect(seqsOf(ring.readAfter(116, 1e9))).toEqual([117, 118, 119]);
  expect([ring.covers(115), ring.covers(116)]).toEqual([false, true]);
  const few = new EventRing({ bytesMax: 1e9, countMax: 2 }, { floorSeq: 0, headSeq: 0 });
  for (let seq = 1; seq <= 5; seq++) few.push(entry(seq));
  expect(seqsOf(few.readAfter(3, 1e9))).toEqual([4, 5]);
});

test("a ring that says it covers a position gives every event after it", () => {
  const random = seededRandom();
  const all: number[] = [];
  const ring = new EventRing({ bytesMax: 20_000, countMax: 50 }, { floorSeq: 7, headSeq: 7 });
  for (let step = 0, seq = 7; step < 2_000; step++) {
    seq += random.between(1, 3);
    ring.push(entry(seq));
    all.push(seq);
    const position = random.between(Math.max(0, seq - 200), seq + 2);
    if (!ring.covers(position)) continue;
    expect(seqsOf(ring.readAfter(position, 1e9))).toEqual(all.filter((one) => one > position));
  }
});

test("reading takes what fits, and always at least one", () => {
  const ring = new EventRing(wide, { floorSeq: 0, headSeq: 0 });
  for (let seq = 1; seq <= 9; seq++) ring.push(entry(seq));
  const size = entry(1).frame.length;
  expect(seqsOf(ring.readAfter(2, size * 3))).toEqual([3, 4, 5]);
  expect(seqsOf(ring.readAfter(2, 1))).toEqual([3]);
  expect(ring.readAfter(9, 1e9)).toEqual([]);
});

test("the byte counter tells how far behind a position is, also after the oldest are gone", () => {
  const ring = new EventRing({ bytesMax: 1e9, countMax: 4 }, { floorSeq: 0, headSeq: 0 });
  for (let seq = 1; seq <= 9; seq++) ring.push(entry(seq));
  const sizes = [7, 8, 9].map((seq) => entry(seq).frame.length);
  expect(ring.headBytes - ring.bytesAt(6)).toBe(sizes.reduce((sum, size) => sum + size, 0));
  expect(ring.headBytes - ring.bytesAt(9)).toBe(0);
});

test("the tail begins so many events before the head, or where the ring begins", () => {
  const ring = new EventRing({ bytesMax: 1e9, countMax: 5 }, { floorSeq: 0, headSeq: 0 });
  for (let seq = 10; seq < 20; seq++) ring.push(entry(seq));
  expect(seqsOf(ring.readAfter(ring.tailSeq(2), 1e9))).toEqual([18, 19]);
  expect(seqsOf(ring.readAfter(ring.tailSeq(50), 1e9))).toEqual([15, 16, 17, 18, 19]);
  expect(ring.tailSeq(0)).toBe(19);
});

test("an entry that is not above the head is refused: it would be sent twice", () => {
  const ring = new EventRing(wide, { floorSeq: 0, headSeq: 5 });
  expect(() => ring.push(entry(5))).toThrow();
  ring.advanceHead(8);
  expect(() => ring.push(entry(8))).toThrow();
});
