import { idSchema } from "@barrage/protocol";
import { z } from "zod";
import { createRouter, publicProcedure } from "../../trpc/procedures.ts";
import type { ReplayService } from "./replay-service.ts";

const recentSchema = z.object({
  cursor: z.string().max(1_000).optional(),
  limit: z.int().min(1).max(60).default(12),
});
const sessionSchema = z.object({
  room: idSchema,
  session: idSchema,
  /** Of a private room. */
  password: z.string().max(64).optional(),
});
const heatSchema = sessionSchema.extend({ buckets: z.int().min(10).max(400).default(120) });

interface Caller {
  readonly user: { readonly id: string } | null;
  readonly clientAddress: string;
}

/** `replay.*`: which sessions can be seen again, and what is in them. The replay itself is the realtime node's. */
export function createReplayRouter(replays: ReplayService) {
  const visitorOf = ({ user, clientAddress }: Caller, password: string | undefined) => ({
    userId: user?.id ?? null,
    clientAddress,
    password,
  });

  return createRouter({
    recent: publicProcedure.input(recentSchema).query(({ input }) => replays.recent(input)),

    get: publicProcedure.input(sessionSchema).query(({ ctx, input }) => {
      const { password, ...key } = input;
      return replays.get(key, visitorOf(ctx, password));
    }),

    heat: publicProcedure.input(heatSchema).query(({ ctx, input }) => {
      const { password, ...query } = input;
      return replays.heat(query, visitorOf(ctx, password));
    }),

    marks: publicProcedure.input(sessionSchema).query(({ ctx, input }) => {
      const { password, ...key } = input;
      return replays.marks(key, visitorOf(ctx, password));
    }),
  });
}
