import { recordingContentTypes, recordingFaults } from "@barrage/domain";
import { idSchema } from "@barrage/protocol";
import { z } from "zod";

// What the recordings of `media.*` answer, for the document: see answers.ts.

const momentMs = z.int().describe("milliseconds since 1970 (UTC)");
const offsetMs = z.int().describe("Session time = recording time + this");
const contentType = z.string().describe(recordingContentTypes.join(" or "));

export const recordingAnswer = z.object({
  id: idSchema,
  room: idSchema,
  session: idSchema,
  state: z.enum(["uploading", "checking", "ready", "failed"]),
  reason: z.string().nullable().describe(recordingFaults.join(", ")),
  delayed: z.boolean().describe("The check could not be done yet, and is tried again"),
  contentType,
  bytes: z.int().nullable().describe("null while it is being recorded"),
  offsetMs,
  durationMs: z.int().nullable(),
  createdAtMs: momentMs,
});

export const recordingsAnswer = z.object({ items: z.array(recordingAnswer) });

export const uploadAnswer = z.object({
  recording: recordingAnswer,
  partBytes: z.int().describe("How long each part is; the last one may be shorter"),
  parts: z.array(z.object({ number: z.int(), bytes: z.int() })).describe("What is there already"),
});

export const partUrlsAnswer = z.object({
  urls: z.array(z.object({ number: z.int(), url: z.string().describe("For a PUT of exactly that length") })),
  expiresAtMs: momentMs,
});

export const playbackAnswer = z.object({
  url: z.string().describe("Takes ranges"),
  expiresAtMs: momentMs.describe("Then ask for another URL"),
  contentType,
  offsetMs,
  durationMs: z.int(),
});
