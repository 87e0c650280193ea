import { idSchema } from "@barrage/protocol";
import { z } from "zod";
import { type ProcessReport, processReportSchema } from "../discovery/process-report.ts";

/** Told to whoever listens, at most once. */
export interface BroadcastTopic<Payload> {
  /** What listeners subscribe to. */
  readonly subject: string;
  /** Where one payload goes; `subject` itself when left out. */
  readonly subjectOf?: (payload: Payload) => string;
  readonly schema: z.ZodType<Payload>;
}

/** Asked of one answerer. */
export interface RequestTopic<Request, Reply> {
  readonly subject: string;
  readonly request: z.ZodType<Request>;
  readonly reply: z.ZodType<Reply>;
}

const presenceSchema = z.object({
  node: idSchema,
  rooms: z.record(idSchema, z.int().nonnegative()),
  /** By session: how many different people have watched it, on all nodes. */
  uniques: z.record(idSchema, z.int().nonnegative()).default({}),
});

/** How many viewers each room has on one realtime node; rooms without any are left out. */
export type Presence = z.infer<typeof presenceSchema>;

/** Asked of everybody who has something to say. */
export interface GatherTopic<Request, Reply> {
  readonly subject: string;
  readonly request: z.ZodType<Request>;
  readonly reply: z.ZodType<Reply>;
  readonly isGathered: true;
}

const rollCallSchema = z.object({
  /** Connections. */
  viewers: z.int().nonnegative(),
  /** Those who are logged in, each once; empty when there are more viewers than the list is for. */
  users: z.array(idSchema).max(10_000),
  /** Different people among the others. */
  anonymous: z.int().nonnegative(),
});

/** Who watches a room on one realtime node. */
export type RollCall = z.infer<typeof rollCallSchema>;

const authRevokedSchema = z.union([
  z.object({ sessionIds: z.array(z.string()) }),
  z.object({ userId: idSchema }),
]);

/** Log-ins that ended early: some, or all of a user. */
export type AuthRevoked = z.infer<typeof authRevokedSchema>;

/** Everything that is said on the bus. */
export const busTopics = {
  /** Every process tells of itself once a second. */
  process: {
    subject: "node.*",
    subjectOf: ({ id }: ProcessReport) => `node.${id}`,
    schema: processReportSchema,
  },
  /** Every realtime node says it twice a second, in one message however many rooms and viewers it has. */
  presence: {
    subject: "presence.*",
    subjectOf: ({ node }: Presence) => `presence.${node}`,
    schema: presenceSchema,
  },
  /** Forget what you know of these log-ins. */
  authRevoked: { subject: "auth.revoked", schema: authRevokedSchema },
  /** Forget what you know of this room: its state, its rules or its people were changed. */
  roomChanged: { subject: "room.changed", schema: z.object({ roomId: idSchema }) },
  /** Who watches this room? Asked when somebody looks; realtime nodes on which nobody does say nothing. */
  rollCall: {
    subject: "room.roll-call",
    request: z.object({ roomId: idSchema, viewersMax: z.int().positive() }),
    reply: rollCallSchema,
    isGathered: true,
  },
  /** Relay everything that is committed in the outbox now; answered when it is in the room log. */
  outboxFlush: {
    subject: "outbox.flush",
    request: z.object({}),
    reply: z.object({ relayed: z.int().nonnegative() }),
  },
} as const;
