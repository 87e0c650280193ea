import { recordingContentTypes } from "@barrage/domain";
import { idSchema } from "@barrage/protocol";
import { z } from "zod";
import { authedProcedure, publicProcedure } from "../../trpc/procedures.ts";
import type { PlaybackService } from "./playback-service.ts";
import type { UploadService } from "./upload-service.ts";

export interface RecordingProceduresDeps {
  readonly uploads: UploadService;
  readonly playback: PlaybackService;
}

const dayMs = 24 * 3_600_000;
const partNumberMax = 10_000;

// What is compared is not judged; the end only bounds the work.
const password = z.string().max(64).optional();
const recordingSchema = z.object({ id: idSchema });
const watchSchema = recordingSchema.extend({ password });
const startSchema = z.object({
  room: idSchema,
  session: idSchema,
  contentType: z.enum(recordingContentTypes),
  /** Left out: it is being recorded. */
  bytes: z.int().min(1).nullable().default(null),
  offsetMs: z.int().min(-dayMs).max(dayMs).default(0),
  startedAgoMs: z.int().min(0).max(dayMs).default(0),
});
const partsSchema = recordingSchema.extend({
  parts: z
    .array(z.object({ number: z.int().min(1).max(partNumberMax), bytes: z.int().min(1) }))
    .min(1)
    .max(32),
});
const totalSchema = recordingSchema.extend({
  parts: z.int().min(1).max(partNumberMax),
  bytes: z.int().min(1),
});

interface Caller {
  readonly user: { readonly id: string } | null;
  readonly clientAddress: string;
}

const visitorOf = ({ user, clientAddress }: Caller, word: string | undefined) => ({
  userId: user?.id ?? null,
  clientAddress,
  password: word,
});

/** The part of `media.*` that is about recordings. */
export function createRecordingProcedures({ uploads, playback }: RecordingProceduresDeps) {
  return {
    startRecording: authedProcedure
      .input(startSchema)
      .mutation(({ ctx, input }) => uploads.start(ctx.user.id, input)),

    upload: authedProcedure
      .input(recordingSchema)
      .query(({ ctx, input }) => uploads.upload({ id: input.id, hostId: ctx.user.id })),

    partUrls: authedProcedure
      .input(partsSchema)
      .mutation(({ ctx, input }) => uploads.partUrls({ id: input.id, hostId: ctx.user.id }, input.parts)),

    completeRecording: authedProcedure.input(totalSchema).mutation(({ ctx, input }) => {
      const { id, ...total } = input;
      return uploads.complete({ id, hostId: ctx.user.id }, total);
    }),

    abortRecording: authedProcedure
      .input(recordingSchema)
      .mutation(({ ctx, input }) => uploads.abort({ id: input.id, hostId: ctx.user.id })),

    deleteRecording: authedProcedure.input(recordingSchema).mutation(async ({ ctx, input }) => {
      await uploads.remove({ id: input.id, hostId: ctx.user.id });
      return { ok: true } as const;
    }),

    recordings: publicProcedure
      .input(z.object({ room: idSchema, session: idSchema, password }))
      .query(async ({ ctx, input }) => {
        const items = await playback.list(input, visitorOf(ctx, input.password));
        return { items };
      }),

    recording: publicProcedure
      .input(watchSchema)
      .query(({ ctx, input }) => playback.get(input.id, visitorOf(ctx, input.password))),

    playback: publicProcedure
      .input(watchSchema)
      .query(({ ctx, input }) => playback.play(input.id, visitorOf(ctx, input.password))),
  };
}
