import { describe, expect, test } from "bun:test";
import { AppError } from "@barrage/protocol";
import { startTestRedis } from "@barrage/testkit";
import { newId } from "../ids/new-id.ts";
import { createLogger } from "../log/create-logger.ts";
import { createRedis } from "../redis/create-redis.ts";
import { createTickets } from "./create-tickets.ts";

const logger = createLogger({ name: "test", level: "silent" });
const secret = "0123456789abcdef0123456789abcdef";
const room = newId();
const user = newId();
const holder = { room, user, login: "a".repeat(64), door: "private" } as const;
const anonymous = { room, user: null, login: null, door: "open" } as const;

async function outcome(work: Promise<unknown>): Promise<unknown> {
  try {
    return await work;
  } catch (error) {
    return error instanceof AppError ? error.code : error;
  }
}

async function noRedis() {
  return await createRedis({ url: "redis://127.0.0.1:1", name: "test", logger, connectWaitMs: 0 });
}

describe("tickets", () => {
  test("pass once, on one of all nodes", async () => {
    await using server = await startTestRedis();
    const nodes = await Promise.all(
      Array.from({ length: 3 }, async () => await createRedis({ url: server.url, name: "node", logger })),
    );
    const tickets = nodes.map((redis) => createTickets({ secret, redis }));
    const issued = tickets[0]?.issue(holder);
    const outcomes = await Promise.all(
      [...tickets, ...tickets].map((node) => outcome(node.redeem(issued?.ticket ?? "", room))),
    );
    expect(outcomes.filter((value) => value !== "ticket_invalid")).toEqual([holder]);
    for (const redis of nodes) redis.close();
  });

  test("pass once on a node while Redis is down", async () => {
    const tickets = createTickets({ secret, redis: await noRedis() });
    const { ticket } = tickets.issue(anonymous);
    expect(await outcome(tickets.redeem(ticket, room))).toEqual(anonymous);
    expect(await outcome(tickets.redeem(ticket, room))).toBe("ticket_invalid");
  });

  test("are good for their own room alone, and stay good when tried elsewhere", async () => {
    const tickets = createTickets({ secret, redis: await noRedis() });
    const { ticket } = tickets.issue(holder);
    expect(await outcome(tickets.redeem(ticket, newId()))).toBe("ticket_invalid");
    expect(await outcome(tickets.redeem(ticket, room))).toEqual(holder);
  });

  test("expire after 30 s", async () => {
    let nowMs = 1_700_000_000_000;
    const tickets = createTickets({ secret, redis: await noRedis(), now: () => nowMs });
    const { ticket, expiresAtMs } = tickets.issue(holder);
    const late = tickets.issue(holder).ticket;
    expect(expiresAtMs).toBe(nowMs + 30_000);
    nowMs += 29_999;
    expect(await outcome(tickets.redeem(ticket, room))).toEqual(holder);
    nowMs += 1;
    expect(await outcome(tickets.redeem(late, room))).toBe("ticket_invalid");
  });

  test("can't be forged: every changed character, another secret, and nonsense are refused", async () => {
    const redis = await noRedis();
    const tickets = createTickets({ secret, redis });
    const { ticket } = tickets.issue(holder);
    const forged = [
      createTickets({ secret: "another-secret-another-secret-!!", redis }).issue(holder).ticket,
      "",
      ".",
      "a.b",
      `${ticket}.`,
      `${ticket}.x`,
      ticket.split(".")[0] ?? "",
      `${Buffer.from(JSON.stringify({ ...holder, jti: newId(), exp: Date.now() + 1_000 })).toString("base64url")}.`,
      "x".repeat(100_000),
      "\u0000.\u0000",
    ];
    // The last character of the signature holds two unused bits, which base64url readers ignore.
    for (let index = 0; index < ticket.length - 1; index++) {
      const other = ticket[index] === "A" ? "B" : "A";
      forged.push(ticket.slice(0, index) + other + ticket.slice(index + 1));
    }
    for (const text of forged) expect(await outcome(tickets.redeem(text, room))).toBe("ticket_invalid");
    expect(await outcome(tickets.redeem(ticket, room))).toEqual(holder);
  });
});
