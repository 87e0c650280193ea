import { cancelReasonSchema, lotteryChangeSchema, newLotterySchema } from "@barrage/domain";
import { idSchema } from "@barrage/protocol";
import { z } from "zod";
import { authedProcedure, createRouter, publicProcedure } from "../../trpc/procedures.ts";
import type { EntryService } from "./entry-service.ts";
import type { EvidenceService } from "./evidence-service.ts";
import type { HostService } from "./host-service.ts";
import type { ReadService } from "./read-service.ts";

export interface LotteryRouterDeps {
  readonly hosting: HostService;
  readonly entering: EntryService;
  readonly reading: ReadService;
  readonly evidence: EvidenceService;
}

const lotterySchema = z.object({ id: idSchema });
const passwordSchema = z.string().max(64).optional();
const readSchema = lotterySchema.extend({ password: passwordSchema });
const pageSchema = z.object({
  cursor: z.string().max(1_000).optional(),
  limit: z.int().min(1).max(60).default(20),
});
const listSchema = pageSchema.extend({ room: idSchema, password: passwordSchema });
const createSchema = newLotterySchema.extend({ room: idSchema });
const updateSchema = lotteryChangeSchema.extend({ id: idSchema });
const cancelSchema = lotterySchema.extend({ reason: cancelReasonSchema });

interface Caller {
  readonly user: { readonly id: string } | null;
  readonly clientAddress: string;
}

const visitorOf = ({ user, clientAddress }: Caller, password?: string) => ({
  userId: user?.id ?? null,
  clientAddress,
  password,
});

const entrantOf = (ctx: { readonly user: { readonly id: string }; readonly clientAddress: string }) => ({
  id: ctx.user.id,
  clientAddress: ctx.clientAddress,
});

/** What hosts and moderators do. */
function hostProcedures({ hosting, reading }: LotteryRouterDeps) {
  return {
    create: authedProcedure.input(createSchema).mutation(async ({ ctx, input }) => {
      const { room, ...lottery } = input;
      return reading.get(await hosting.create(ctx.user, room, lottery), visitorOf(ctx));
    }),

    update: authedProcedure.input(updateSchema).mutation(async ({ ctx, input }) => {
      const { id, ...change } = input;
      await hosting.update(ctx.user, id, change);
      return reading.get(id, visitorOf(ctx));
    }),

    close: authedProcedure.input(lotterySchema).mutation(async ({ ctx, input }) => {
      await hosting.close(ctx.user, input.id);
      return reading.get(input.id, visitorOf(ctx));
    }),

    cancel: authedProcedure.input(cancelSchema).mutation(async ({ ctx, input }) => {
      await hosting.cancel(ctx.user, input.id, input.reason);
      return reading.get(input.id, visitorOf(ctx));
    }),
  };
}

/** `lottery.*` */
export function createLotteryRouter(deps: LotteryRouterDeps) {
  const { entering, evidence, reading } = deps;
  return createRouter({
    ...hostProcedures(deps),

    enter: authedProcedure
      .input(lotterySchema)
      .mutation(({ ctx, input }) => entering.enter(entrantOf(ctx), input.id)),

    withdraw: authedProcedure
      .input(lotterySchema)
      .mutation(({ ctx, input }) => entering.withdraw(entrantOf(ctx), input.id)),

    watching: authedProcedure
      .input(z.object({ room: idSchema }))
      .mutation(({ ctx, input }) => entering.watching(entrantOf(ctx), input.room)),

    get: publicProcedure
      .input(readSchema)
      .query(({ ctx, input }) => reading.get(input.id, visitorOf(ctx, input.password))),

    listByRoom: publicProcedure.input(listSchema).query(({ ctx, input }) => {
      const { room, password, ...page } = input;
      return reading.listByRoom(room, visitorOf(ctx, password), page);
    }),

    mine: authedProcedure.input(pageSchema).query(({ ctx, input }) => reading.mine(ctx.user.id, input)),

    winners: publicProcedure
      .input(readSchema)
      .query(({ ctx, input }) => reading.winners(input.id, visitorOf(ctx, input.password))),

    proof: authedProcedure
      .input(lotterySchema)
      .query(({ ctx, input }) => evidence.proof(input.id, { ...visitorOf(ctx), userId: ctx.user.id })),

    record: publicProcedure
      .input(readSchema)
      .query(({ ctx, input }) => evidence.record(input.id, visitorOf(ctx, input.password))),

    audit: publicProcedure
      .input(readSchema)
      .query(({ ctx, input }) => reading.audit(input.id, visitorOf(ctx, input.password))),
  });
}
