import { newCoverSchema } from "@barrage/domain";
import { idSchema } from "@barrage/protocol";
import { z } from "zod";
import { authedProcedure } from "../../trpc/procedures.ts";
import type { CoverService } from "./cover-service.ts";

const roomSchema = z.object({ room: idSchema });

/** The part of `media.*` that is about covers. */
export function createCoverProcedures(covers: CoverService) {
  return {
    startCover: authedProcedure
      .input(newCoverSchema.extend(roomSchema.shape))
      .mutation(({ ctx, input }) => covers.start(ctx.user, input)),

    finishCover: authedProcedure
      .input(roomSchema.extend({ upload: idSchema }))
      .mutation(({ ctx, input }) => covers.finish(ctx.user, input)),

    cover: authedProcedure.input(roomSchema).query(({ ctx, input }) => covers.get(ctx.user, input.room)),

    removeCover: authedProcedure.input(roomSchema).mutation(async ({ ctx, input }) => {
      await covers.remove(ctx.user, input.room);
      return { ok: true } as const;
    }),
  };
}
