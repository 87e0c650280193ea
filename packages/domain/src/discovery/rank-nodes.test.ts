import { describe, expect, test } from "bun:test";
import { rankNodes } from "./rank-nodes.ts";

const node = (
  id: string,
  connections = 0,
  more: { readonly isDraining?: boolean; readonly max?: number } = {},
) => ({
  id,
  connections,
  connectionsMax: more.max ?? 1_000,
  isDraining: more.isDraining ?? false,
});
const rank = (nodes: readonly ReturnType<typeof node>[], roomId = "room0001", slack = 10) =>
  rankNodes(nodes, { roomId, slack }).map(({ id }) => id);
const rooms = Array.from({ length: 1_000 }, (_, index) => `room${index}`);

describe("choosing push nodes", () => {
  test("a small room gets the same order from everybody, however the nodes are listed, and rooms spread evenly", () => {
    const nodes = ["a", "b", "c"].map((id) => node(id));
    expect(rank(nodes.toReversed())).toEqual(rank(nodes));
    const first = Map.groupBy(rooms, (room) => rank(nodes, room)[0]);
    for (const id of ["a", "b", "c"]) expect(first.get(id)?.length).toBeGreaterThan(250);
  });

  test("a node that goes moves its own rooms and no others; one that comes takes its share", () => {
    const three = ["a", "b", "c"].map((id) => node(id));
    const two = three.filter(({ id }) => id !== "c");
    for (const room of rooms) {
      const [best] = rank(three, room);
      if (best !== "c") expect(rank(two, room)[0]).toBe(best);
    }
  });

  test("a room that loads its node beyond its share flows over to the next, and a new node takes who comes", () => {
    const order = rank([node("a"), node("b")]);
    const [best = "", next = ""] = order;
    expect(rank([node(best, 20), node(next, 10)])).toEqual([best, next]);
    expect(rank([node(best, 200), node(next, 10)])).toEqual([next, best]);
    for (const room of rooms.slice(0, 50))
      expect(rank([node("a", 300), node("b", 300), node("new")], room)[0]).toBe("new");
  });

  test("a node counts by what it can take", () => {
    for (const room of rooms.slice(0, 50))
      expect(rank([node("small", 300, { max: 1_000 }), node("big", 900, { max: 10_000 })], room)[0]).toBe(
        "big",
      );
  });

  test("draining nodes are left out, and full ones are the last resort", () => {
    const nodes = [node("a", 5, { isDraining: true }), node("b", 1_000), node("c", 999, { max: 10_000 })];
    expect(rank(nodes)).toEqual(["c", "b"]);
    expect(rank([])).toEqual([]);
    expect(rank([node("a", 5, { isDraining: true })])).toEqual([]);
  });
});
