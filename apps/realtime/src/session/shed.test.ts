import { expect, test } from "bun:test";
import { entry } from "../testing/entries.ts";
import { shed } from "./shed.ts";

const plain = ({ parts, rest }: ReturnType<typeof shed>) => ({
  parts: parts.map(({ skipped, kept }) => [skipped?.count ?? 0, skipped?.cursor, kept.map(({ seq }) => seq)]),
  rest,
});

test("each count stands directly before the kept event that follows what was shed", () => {
  const run = [entry(1), entry(2), entry(3, "host"), entry(4, "host"), entry(5), entry(6, "host"), entry(7)];
  expect(plain(shed(run, undefined))).toEqual({
    parts: [
      [2, "e1-2", [3, 4]],
      [1, "e1-5", [6]],
    ],
    rest: { count: 1, cursor: "e1-7" },
  });
});

test("what was shed at the end of one run is counted with the beginning of the next", () => {
  const first = shed([entry(1), entry(2)], undefined);
  expect(plain(first)).toEqual({ parts: [], rest: { count: 2, cursor: "e1-2" } });
  expect(plain(shed([entry(3), entry(4, "host")], first.rest))).toEqual({
    parts: [[3, "e1-3", [4]]],
    rest: undefined,
  });
});

test("a run with nothing to shed is kept as it is", () => {
  expect(plain(shed([entry(1, "host"), entry(2, "host")], undefined))).toEqual({
    parts: [[0, undefined, [1, 2]]],
    rest: undefined,
  });
});
