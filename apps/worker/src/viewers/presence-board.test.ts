import { expect, test } from "bun:test";
import { createPresenceBoard } from "./presence-board.ts";

test("sums the nodes' newest words, forgets silent ones, and forgives after a break", () => {
  let nowMs = 0;
  const board = createPresenceBoard({ silenceMs: 5_000, now: () => nowMs });
  const counts = () => Object.fromEntries(board.counts());
  board.note({ node: "node0001", rooms: { roomaaaa: 2, roombbbb: 1 }, uniques: {} });
  board.note({ node: "node0002", rooms: { roomaaaa: 3 }, uniques: {} });
  expect(counts()).toEqual({ roomaaaa: 5, roombbbb: 1 });
  board.note({ node: "node0001", rooms: { roomaaaa: 1 }, uniques: {} });
  expect(counts()).toEqual({ roomaaaa: 4 });
  nowMs = 4_000;
  board.note({ node: "node0002", rooms: { roomaaaa: 3 }, uniques: {} });
  nowMs = 5_001;
  expect(counts()).toEqual({ roomaaaa: 3 });
  nowMs = 20_000;
  board.forgive();
  expect(counts()).toEqual({ roomaaaa: 3 });
  nowMs = 25_001;
  expect(counts()).toEqual({});
});

test("takes the highest count of a session that any node has heard of", () => {
  const board = createPresenceBoard({ silenceMs: 5_000, now: () => 0 });
  board.note({ node: "node0001", rooms: {}, uniques: { session1: 4, session2: 1 } });
  board.note({ node: "node0002", rooms: {}, uniques: { session1: 7 } });
  expect(Object.fromEntries(board.uniques())).toEqual({ session1: 7, session2: 1 });
});
