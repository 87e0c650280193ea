import { expect, test } from "bun:test";
import { seededRandom } from "./seeded-random.ts";

test("the same seed gives the same numbers, another seed gives others", () => {
  const draw = (seed: number) => {
    const random = seededRandom(seed);
    return Array.from({ length: 20 }, () => random.next());
  };
  expect(draw(7)).toEqual(draw(7));
  expect(draw(7)).not.toEqual(draw(8));
});

test("numbers stay in their bounds, a shuffle keeps every item, and a pick is one of them", () => {
  const random = seededRandom(1);
  const seen = new Set(Array.from({ length: 500 }, () => random.between(3, 6)));
  expect(seen).toEqual(new Set([3, 4, 5, 6]));
  const items = Array.from({ length: 50 }, (_, index) => index);
  const shuffled = random.shuffle(items);
  expect(shuffled).not.toEqual(items);
  expect(shuffled.toSorted((a, b) => a - b)).toEqual(items);
  expect(items).toContain(random.pick(items));
  expect(() => random.pick([])).toThrow("nothing to pick from");
});
