import { expect, test } from "bun:test";
import { HeartbeatWheel } from "./heartbeat-wheel.ts";

/** As many turns as one period has. */
const turnsPerPeriod = 32;

test("each member is visited once a period, and no longer once it has left", () => {
  const visits = new Map<string, number>();
  const wheel = new HeartbeatWheel<string>({
    periodMs: 1e9,
    visit: (member) => visits.set(member, (visits.get(member) ?? 0) + 1),
  });
  const slotOfA = wheel.add("a");
  for (let turn = 0; turn < 5; turn++) wheel.turn();
  wheel.add("b");
  for (let turn = 0; turn < turnsPerPeriod * 3; turn++) wheel.turn();
  expect(Object.fromEntries(visits)).toEqual({ a: 3, b: 3 });
  wheel.delete("a", slotOfA);
  for (let turn = 0; turn < turnsPerPeriod; turn++) wheel.turn();
  expect(Object.fromEntries(visits)).toEqual({ a: 3, b: 4 });
  wheel.close();
});

test("a member may leave while it is visited", () => {
  const slots = new Map<string, number>();
  const visit = (member: string) => wheel.delete(member, slots.get(member) ?? -1);
  const wheel = new HeartbeatWheel<string>({ periodMs: 1e9, visit });
  for (const member of ["a", "b", "c"]) slots.set(member, wheel.add(member));
  for (let turn = 0; turn < turnsPerPeriod * 2; turn++) wheel.turn();
  wheel.close();
});
