import { createHmac, timingSafeEqual } from "node:crypto";
import { AppError, idSchema } from "@barrage/protocol";
import { z } from "zod";
import { newId } from "../ids/new-id.ts";
import type { RedisLink } from "../redis/create-redis.ts";
import { createUsedOnce } from "./used-once.ts";

interface TicketsDeps {
  /** Shared by everyone who issues or redeems. */
  readonly secret: string;
  readonly redis: RedisLink;
  readonly lifeMs?: number;
  readonly now?: () => number;
}

/** Whom a ticket lets in. */
export interface TicketHolder {
  readonly room: string;
  /** The user's id; null for somebody who is not logged in. */
  readonly user: string | null;
  /** The stored id of the log-in (never its token), so that streams end with it; null for an anonymous holder. */
  readonly login: string | null;
  /** What the room was when the holder was let in: who was let into an open one knows nothing of its password. */
  readonly door: "open" | "private";
}

/** Short-lived passes into a room's stream: issued by the api, redeemed by a realtime node. */
export interface Tickets {
  issue(holder: TicketHolder): { readonly ticket: string; readonly expiresAtMs: number };
  /**
   * Uses a ticket up. Its single use holds over all nodes while Redis is up, on each node while it is down.
   * @throws AppError `ticket_invalid` for a forged, expired, used or other room's ticket, all alike.
   */
  redeem(ticket: string, room: string): Promise<TicketHolder>;
}

const payloadSchema = z.object({
  jti: idSchema,
  room: idSchema,
  user: idSchema.nullable(),
  login: z.string().max(64).nullable(),
  door: z.enum(["open", "private"]),
  exp: z.int(),
});
const ticketMaxLength = 512;
const usedTicketsMax = 100_000;
/** So long after it was issued a ticket opens its room. */
export const ticketLifeMs = 30_000;

/** `<base64url(payload)>.<base64url(HMAC-SHA256)>`, payload `{jti, room, user, login, door, exp}`. */
export function createTickets({
  secret,
  redis,
  lifeMs = ticketLifeMs,
  now = Date.now,
}: TicketsDeps): Tickets {
  const usedOnce = createUsedOnce({ redis, lifeMs, entriesMax: usedTicketsMax, now });

  function sign(body: string): Buffer {
    return createHmac("sha256", secret).update(`barrage-ticket.${body}`).digest();
  }

  function verified(ticket: string) {
    if (ticket.length > ticketMaxLength) throw new AppError("ticket_invalid");
    const [body = "", mac = "", ...rest] = ticket.split(".");
    const given = Buffer.from(mac, "base64url");
    const expected = sign(body);
    const genuine = given.length === expected.length && timingSafeEqual(given, expected);
    if (!genuine || rest.length > 0) throw new AppError("ticket_invalid");
    // Genuine, so it is what issue() wrote, unless another version of us wrote it.
    const payload = payloadSchema.safeParse(JSON.parse(Buffer.from(body, "base64url").toString()));
    if (!payload.success) throw new AppError("ticket_invalid");
    return payload.data;
  }

  return {
    issue({ room, user, login, door }) {
      const exp = now() + lifeMs;
      const body = Buffer.from(JSON.stringify({ jti: newId(), room, user, login, door, exp })).toString(
        "base64url",
      );
      return { ticket: `${body}.${sign(body).toString("base64url")}`, expiresAtMs: exp };
    },
    async redeem(ticket, room) {
      const payload = verified(ticket);
      // The room is checked before the use: a ticket held against the wrong door stays good for the right one.
      if (payload.room !== room || payload.exp <= now()) throw new AppError("ticket_invalid");
      if (!(await usedOnce.claim(payload.jti))) throw new AppError("ticket_invalid");
      const { user, login, door } = payload;
      return { room, user, login, door };
    },
  };
}
