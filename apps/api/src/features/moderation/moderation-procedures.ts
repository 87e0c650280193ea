import { blockedWordLengthMax, blockedWordsMax, userNameSchema } from "@barrage/domain";
import { idSchema } from "@barrage/protocol";
import { z } from "zod";
import { authedProcedure } from "../../trpc/procedures.ts";
import type { ModerationService } from "./moderation-service.ts";

const target = { id: idSchema, userId: idSchema };
const liftSchema = z.object(target);
/** Null: for good. A year at most otherwise. */
const minutesSchema = z
  .int()
  .min(1)
  .max(366 * 24 * 60)
  .nullable();
const sanctionSchema = z.object({ ...target, minutes: minutesSchema });
const moderatorSchema = z.object({ id: idSchema, userName: userNameSchema, moderator: z.boolean() });
const wordsSchema = z.object({
  id: idSchema,
  words: z.array(z.string().max(blockedWordLengthMax)).max(blockedWordsMax),
});

const ok = { ok: true } as const;

/** The part of `rooms.*` that keeps order in a room. */
export function createModerationProcedures(moderation: ModerationService) {
  const impose = (kind: "mute" | "ban") =>
    authedProcedure.input(sanctionSchema).mutation(async ({ ctx, input }) => {
      await moderation.sanction(ctx.user, { roomId: input.id, userId: input.userId, kind }, input.minutes);
      return ok;
    });
  const lift = (kind: "mute" | "ban") =>
    authedProcedure.input(liftSchema).mutation(async ({ ctx, input }) => {
      await moderation.lift(ctx.user, { roomId: input.id, userId: input.userId, kind });
      return ok;
    });

  return {
    moderation: authedProcedure
      .input(z.object({ id: idSchema }))
      .query(({ ctx, input }) => moderation.view(ctx.user.id, input.id)),

    setModerator: authedProcedure.input(moderatorSchema).mutation(async ({ ctx, input }) => {
      const { id: roomId, userName, moderator } = input;
      await moderation.setModerator(ctx.user, { roomId, userName, moderator });
      return ok;
    }),

    mute: impose("mute"),
    unmute: lift("mute"),
    ban: impose("ban"),
    unban: lift("ban"),

    setBlockedWords: authedProcedure.input(wordsSchema).mutation(async ({ ctx, input }) => {
      await moderation.setBlockedWords(ctx.user, input.id, input.words);
      return ok;
    }),
  };
}
