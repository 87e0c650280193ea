import { z } from "zod";

/** What a process of a group tells its supervisor. */
export const memberMessageSchema = z.discriminatedUnion("type", [
  /** It serves, at this address. */
  z.object({ type: z.literal("ready"), url: z.string() }),
  /** Somebody asks it for the figures of the whole group. */
  z.object({ type: z.literal("ask"), id: z.int() }),
  /** Its own figures, as they were asked for. */
  z.object({ type: z.literal("figures"), id: z.int(), text: z.string() }),
]);

/** What a process of a group tells its supervisor. */
export type MemberMessage = z.infer<typeof memberMessageSchema>;

/** What a supervisor tells a process of its group. */
export const supervisorMessageSchema = z.discriminatedUnion("type", [
  /** Tell your figures. */
  z.object({ type: z.literal("report"), id: z.int() }),
  /** The figures of the group, as you asked for them. */
  z.object({ type: z.literal("answer"), id: z.int(), text: z.string() }),
]);

/** What a supervisor tells a process of its group. */
export type SupervisorMessage = z.infer<typeof supervisorMessageSchema>;
