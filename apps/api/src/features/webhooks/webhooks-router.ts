import { webhookEvents } from "@barrage/domain";
import { idSchema } from "@barrage/protocol";
import { z } from "zod";
import { authedProcedure, createRouter } from "../../trpc/procedures.ts";
import type { WebhooksService } from "./webhooks-service.ts";

// Where it leads is checked when it is called, by the worker: a name may lead elsewhere by then.
const urlSchema = z
  .url({ protocol: /^https?$/ })
  .max(500)
  .refine((text) => {
    const { username, password } = new URL(text);
    return username === "" && password === "";
  }, "must not hold a user name or password");
const createSchema = z.object({
  url: urlSchema,
  events: z.array(z.enum(webhookEvents)).min(1).max(webhookEvents.length),
});
const targetSchema = z.object({ id: idSchema });
const logSchema = targetSchema.extend({ limit: z.int().min(1).max(100).default(50) });

/** `webhooks.*` */
export function createWebhooksRouter(webhooks: WebhooksService) {
  return createRouter({
    create: authedProcedure
      .input(createSchema)
      .mutation(({ ctx, input }) => webhooks.create(ctx.user.id, input)),
    list: authedProcedure.query(({ ctx }) => webhooks.list(ctx.user.id)),
    delete: authedProcedure.input(targetSchema).mutation(async ({ ctx, input }) => {
      await webhooks.remove(ctx.user.id, input.id);
      return { ok: true } as const;
    }),
    deliveries: authedProcedure
      .input(logSchema)
      .query(({ ctx, input }) => webhooks.deliveries(ctx.user.id, input.id, input.limit)),
    resend: authedProcedure
      .input(targetSchema)
      .mutation(({ ctx, input }) => webhooks.resend(ctx.user.id, input.id)),
  });
}
