import { expect, test } from "bun:test";
import { ticketLifeMs } from "@barrage/platform";
import { Standing } from "./standing.ts";

const banned = { id: "user0000", name: "Ann" } as const;
const viewer = { userId: banned.id, login: null, key: banned.id, door: "open" } as const;

function scene() {
  let nowMs = 1_000_000;
  const standing = new Standing({
    visibility: "public",
    sessionId: null,
    returnMs: () => 0,
    now: () => nowMs,
  });
  const ban = (untilMs: number | null) =>
    standing.learn({
      v: 1,
      type: "user.banned",
      room: "room0000",
      at: nowMs,
      by: { id: "host0000", name: "Host", role: "host" },
      data: { user: banned, untilMs },
    });
  const pass = (durationMs: number) => {
    nowMs += durationMs;
  };
  return { standing, ban, pass, untilMs: (durationMs: number) => nowMs + durationMs };
}

test("a ban for a time ends when it ends, on a node that has the room open and hears of nothing more", () => {
  const { standing, ban, pass, untilMs } = scene();
  ban(untilMs(5_000));
  pass(4_999);
  expect(standing.whyNot(viewer)).toEqual({ reason: "access_revoked", retryAfterMs: null });
  pass(1);
  expect(standing.whyNot(viewer)).toBeUndefined();
});

test("a ban without an end is held for as long as a ticket from before it may turn up, and not for ever", () => {
  const { standing, ban, pass } = scene();
  ban(null);
  pass(ticketLifeMs);
  expect(standing.whyNot(viewer)).toBeDefined();
  pass(60_000);
  // From now on it is the api that issues no ticket.
  expect(standing.whyNot(viewer)).toBeUndefined();
});
