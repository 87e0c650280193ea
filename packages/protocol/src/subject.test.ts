import { expect, test } from "bun:test";
import { liveSubject, partitionCount, partitionOf, roomOfSubject, roomSubject } from "./subject.ts";

const room = "0k3v9x2m4n5p6q7r8s9t0a1b2";

test("a room's subjects name the room and its partition, and read back", () => {
  expect(roomSubject(room)).toBe(`rooms.${partitionOf(room)}.${room}`);
  expect(roomOfSubject(roomSubject(room))).toBe(room);
  expect(roomOfSubject(liveSubject(room))).toBe(room);
});

test("the partition is stable and within bounds", () => {
  expect(partitionOf(room)).toBe(partitionOf(room));
  expect(partitionOf(room)).toBeLessThan(partitionCount);
});

test("nothing but an id reaches a subject", () => {
  for (const bad of [
    "*",
    ">",
    "a.b",
    "short",
    "UPPERCASE123",
    "white space",
    "",
    "x".repeat(33),
    "rooms\r\nPUB x",
  ]) {
    expect(() => roomSubject(bad)).toThrow(expect.objectContaining({ code: "room_not_found" }));
    expect(() => liveSubject(bad)).toThrow(expect.objectContaining({ code: "room_not_found" }));
  }
});

test("foreign subjects are no room's", () => {
  for (const bad of ["presence.abc", "rooms.0", `rooms.0.${room}.x`, "rooms.0.*", `other.0.${room}`]) {
    expect(roomOfSubject(bad)).toBeUndefined();
  }
});
