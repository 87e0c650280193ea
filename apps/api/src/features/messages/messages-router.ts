import {
  colorSchema,
  cursorSchema,
  danmakuModeSchema,
  giftCountSchema,
  giftSchema,
  idSchema,
} from "@barrage/protocol";
import { z } from "zod";
import { momentSchema } from "../../paging/moment-schema.ts";
import { authedProcedure, createRouter, publicProcedure } from "../../trpc/procedures.ts";
import type { HistoryService } from "./history-service.ts";
import type { RemovalService } from "./removal-service.ts";
import type { SendService } from "./send-service.ts";

export interface MessagesRouterDeps {
  readonly sending: SendService;
  readonly history: HistoryService;
  readonly removal: RemovalService;
}

// The domain's rules judge a text; this only bounds the work that judging takes.
const textSchema = z.string().max(4_000);
const passwordSchema = z.string().max(64).optional();

const target = { room: idSchema, key: idSchema };
const sendSchema = z.object({
  ...target,
  text: textSchema,
  color: colorSchema.default("#ffffff"),
  mode: danmakuModeSchema.default("scroll"),
  mediaMs: z.int32().nonnegative().optional(),
});
const superSchema = z.object({ ...target, text: textSchema });
const giftInputSchema = z.object({ ...target, gift: giftSchema, count: giftCountSchema.default(1) });
const historySchema = z.object({
  room: idSchema,
  session: idSchema.optional(),
  fromMs: momentSchema.optional(),
  toMs: momentSchema.optional(),
  cursor: z.string().max(1_000).optional(),
  direction: z.enum(["backward", "forward"]).default("backward"),
  limit: z.int().min(1).max(200).default(50),
  password: passwordSchema,
});

const ok = { ok: true } as const;

/** `messages.*` */
export function createMessagesRouter({ sending, history, removal }: MessagesRouterDeps) {
  const writerOf = (ctx: {
    readonly user: { id: string; name: string };
    readonly clientAddress: string;
  }) => ({
    id: ctx.user.id,
    name: ctx.user.name,
    clientAddress: ctx.clientAddress,
  });

  return createRouter({
    send: authedProcedure.input(sendSchema).mutation(({ ctx, input }) => {
      const { room, key, mediaMs, ...said } = input;
      return sending.send(writerOf(ctx), { room, key, mediaMs, draft: { type: "danmaku.sent", ...said } });
    }),

    gift: authedProcedure.input(giftInputSchema).mutation(({ ctx, input }) => {
      const { room, key, ...said } = input;
      return sending.send(writerOf(ctx), { room, key, draft: { type: "gift.sent", ...said } });
    }),

    superMessage: authedProcedure.input(superSchema).mutation(({ ctx, input }) => {
      const { room, key, text } = input;
      return sending.send(writerOf(ctx), { room, key, draft: { type: "super.sent", text } });
    }),

    get: publicProcedure.input(z.object({ id: idSchema, password: passwordSchema })).query(({ ctx, input }) =>
      history.get(input.id, {
        userId: ctx.user?.id ?? null,
        clientAddress: ctx.clientAddress,
        password: input.password,
      }),
    ),

    history: publicProcedure.input(historySchema).query(({ ctx, input }) => {
      const { password, ...query } = input;
      const { clientAddress, user } = ctx;
      return history.history(query, { userId: user?.id ?? null, clientAddress, password });
    }),

    delete: authedProcedure
      .input(z.object({ id: idSchema, cursor: cursorSchema.optional() }))
      .mutation(async ({ ctx, input }) => {
        await removal.remove(ctx.user, input);
        return ok;
      }),
  });
}
