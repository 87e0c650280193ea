import { coverFaultSchema, coverTypeSchema } from "@barrage/domain";
import { processReportSchema } from "@barrage/platform";
import {
  actorSchema,
  colorSchema,
  coverNameSchema,
  coverWidths,
  cursorSchema,
  danmakuModeSchema,
  giftSchema,
  idSchema,
  roleSchema,
  userRefSchema,
  visibilitySchema,
} from "@barrage/protocol";
import { z } from "zod";

// What procedures answer, for the document. That these say the same as the procedures' types is checked where the
// routes are; that answers really look so, by a test that calls every operation.

const momentMs = z.int().describe("milliseconds since 1970 (UTC)");
const nextCursor = z.string().nullable().describe("Where the list goes on: the next request's `cursor`");

export const okAnswer = z.object({ ok: z.literal(true) });

export const userAnswer = z.object({
  id: idSchema,
  name: z.string(),
  createdAtMs: momentMs,
  isAdministrator: z.boolean().describe("May call `ops.*`"),
});

export const loginAnswer = z.object({
  user: userAnswer,
  token: z.string().nullable().describe("For `Authorization: Bearer`; null when it went into a cookie"),
});

export const profileAnswer = userRefSchema.extend({ followers: z.int(), following: z.boolean() });

export const loginsAnswer = z.array(
  z.object({
    id: z.string(),
    createdAtMs: momentMs,
    lastUsedAtMs: momentMs,
    expiresAtMs: momentMs,
    userAgent: z.string().nullable(),
    current: z.boolean().describe("The one that asks"),
  }),
);

const coverName = coverNameSchema
  .nullable()
  .describe(
    `Its pictures are at \`/covers/{room id}/{cover}-{${coverWidths.join("|")}}.webp\`, cacheable for ever; null: none`,
  );

export const roomAnswer = z.object({
  id: idSchema,
  title: z.string(),
  description: z.string(),
  visibility: visibilitySchema,
  status: z.enum(["idle", "live"]),
  host: userRefSchema,
  sessionId: idSchema.nullable(),
  startedAtMs: momentMs.nullable(),
  viewers: z.int().describe("Some seconds old"),
  slowModeMs: z.int(),
  followersOnly: z.boolean(),
  cover: coverName,
  memberList: z.boolean().describe("Whether viewers see who else is there"),
  coverHue: z.int().min(0).max(359),
  createdAtMs: momentMs,
  viewerRole: roleSchema.nullable(),
  following: z.boolean(),
});

export const roomsAnswer = z.array(roomAnswer);

export const roomPageAnswer = z.object({ items: roomsAnswer, nextCursor });

export const streamKeyAnswer = z.object({ key: z.string() });

export const joinedAnswer = z.object({
  nodes: z
    .array(z.string())
    .describe("The event stream is at `<node>/rooms/<id>/events`; the best node first"),
  ticket: z
    .string()
    .nullable()
    .describe("For `?ticket=`, one connection, 30 s; null where the room needs none"),
  expiresAtMs: momentMs.nullable(),
});

export const roomsNodesAnswer = z.object({
  nodes: z
    .array(z.string())
    .describe("The event stream is at `<node>/events?rooms=<id>,<id>`; the best node first"),
});

export const ticketAnswer = z.object({
  ticket: z.string().describe("For one connection; lives 30 s"),
  expiresAtMs: momentMs,
  realtimeUrl: z.string().describe("The event stream is at `<realtimeUrl>/rooms/<id>/events?ticket=…`"),
});

const archiveState = z
  .enum(["missing", "writing", "whole", "cut"])
  .describe(
    "How much can be replayed: nothing (yet), all of it, all of it, all but what was lost before it was archived",
  );

export const membersAnswer = z.discriminatedUnion("state", [
  z.object({ state: z.literal("off") }).describe("The host does not show who is there"),
  z.object({ state: z.literal("crowded"), viewers: z.int() }).describe("More viewers than a list is for"),
  z.object({
    state: z.literal("shown"),
    viewers: z.int().describe("Connections"),
    anonymous: z.int().describe("Those who are not logged in"),
    items: z.array(z.object({ user: userRefSchema, role: roleSchema })).describe("By name"),
    nextCursor,
  }),
]);

export const sessionPageAnswer = z.object({
  items: z.array(
    z.object({
      id: idSchema,
      startedAtMs: momentMs,
      endedAtMs: momentMs.nullable(),
      peakViewers: z.int(),
      uniqueViewers: z.int(),
      messages: z.int(),
      archive: archiveState,
    }),
  ),
  nextCursor,
});

export const replayAnswer = z.object({
  id: idSchema,
  room: z.object({
    id: idSchema,
    title: z.string(),
    visibility: visibilitySchema,
    host: userRefSchema,
    cover: coverName,
    coverHue: z.int().min(0).max(359),
  }),
  startedAtMs: momentMs,
  endedAtMs: momentMs.nullable().describe("null: it runs"),
  durationMs: z.int(),
  peakViewers: z.int(),
  uniqueViewers: z.int(),
  danmaku: z.int(),
  archive: archiveState,
});

export const ownReplayAnswer = replayAnswer.extend({ viewerRole: roleSchema.nullable() });

export const replayPageAnswer = z.object({ items: z.array(replayAnswer), nextCursor });

export const heatAnswer = z.object({
  bucketMs: z.int().positive(),
  counts: z.array(z.int().nonnegative()).describe("Danmaku of each part of the session"),
});

const offsetMs = z.int().nonnegative().describe("milliseconds since the session's start");

export const marksAnswer = z.object({
  items: z.array(
    z.discriminatedUnion("kind", [
      z.object({
        kind: z.literal("gift"),
        offsetMs,
        by: userRefSchema,
        gift: giftSchema,
        count: z.int().positive(),
        more: z.int().nonnegative().describe("So many other gifts were sent about then"),
      }),
      z.object({
        kind: z.enum(["lottery.opened", "lottery.drawn"]),
        offsetMs,
        lottery: z.object({ id: idSchema, title: z.string() }),
      }),
    ]),
  ),
});

const sanctioned = z.object({ user: userRefSchema, untilMs: momentMs.nullable().describe("null: for good") });

export const moderationAnswer = z.object({
  moderators: z.array(userRefSchema),
  muted: z.array(sanctioned),
  banned: z.array(sanctioned),
  blockedWords: z.array(z.string()),
});

export const sentAnswer = z.object({ id: idSchema, cursor: cursorSchema, at: momentMs });

export const messageAnswer = z.object({
  id: idSchema,
  room: idSchema,
  session: idSchema,
  type: z.enum(["danmaku.sent", "super.sent", "gift.sent"]),
  at: momentMs,
  mediaMs: z.int().nullable(),
  by: actorSchema,
  text: z.string().nullable(),
  color: colorSchema.nullable(),
  mode: danmakuModeSchema.nullable(),
  gift: giftSchema.nullable(),
  count: z.int().nullable(),
  deleted: z.boolean(),
});

export const coverUploadAnswer = z.object({
  upload: idSchema,
  url: z.string(),
  headers: z.object({ "content-type": coverTypeSchema }),
  expiresAtMs: momentMs,
});

export const coverAnswer = z.object({
  cover: coverName,
  state: z.enum(["none", "pending", "checking", "ready", "failed"]).describe("Of the newest upload"),
  upload: idSchema.nullable(),
  fault: coverFaultSchema.nullable().describe("Why it failed"),
  delayed: z.boolean().describe("The object store could not be reached; it is tried again by itself"),
});

export const webhookAnswer = z.object({
  id: idSchema,
  url: z.string(),
  events: z.array(z.string()),
  createdAtMs: momentMs,
});

export const newWebhookAnswer = webhookAnswer.extend({
  secret: z.string().describe("Requests are signed with it; shown this once"),
});

export const webhooksAnswer = z.array(webhookAnswer);

export const deliveriesAnswer = z.array(
  z.object({
    id: z.string(),
    event: z.string(),
    body: z.string(),
    state: z.enum(["waiting", "delivered", "given_up"]),
    attempts: z.int(),
    createdAtMs: momentMs,
    nextAttemptAtMs: momentMs.nullable(),
    deliveredAtMs: momentMs.nullable(),
    lastStatus: z.int().nullable(),
    lastError: z.string().nullable().describe("address_forbidden, unreachable or too_slow"),
  }),
);

export const administratorsAnswer = z.array(userRefSchema);

export const managedUserAnswer = userRefSchema.extend({
  createdAtMs: momentMs,
  isAdministrator: z.boolean(),
  suspension: z
    .object({
      reason: z.string(),
      sinceMs: momentMs,
      untilMs: momentMs.nullable().describe("null: without end"),
      by: userRefSchema.nullable(),
    })
    .nullable()
    .describe("null: not suspended"),
});

export const managedUsersAnswer = z.array(managedUserAnswer);

export const suspensionsAnswer = z.array(
  z.object({
    id: idSchema,
    reason: z.string(),
    sinceMs: momentMs,
    untilMs: momentMs.nullable().describe("null: without end"),
    by: userRefSchema.nullable(),
    lifted: z.object({ atMs: momentMs, by: userRefSchema.nullable() }).nullable(),
  }),
);

export const nodesAnswer = z.array(processReportSchema.omit({ details: true }));

export const settingChangeAnswer = z.object({
  revision: z.int(),
  atMs: momentMs,
  by: z.object({ id: idSchema.nullable(), name: z.string() }).nullable(),
  value: z.unknown().describe("null: back to the default"),
  fault: z.string().nullable().describe("Why this value counts for nothing"),
});

export const settingHistoryAnswer = z.array(settingChangeAnswer);

export const settingsAnswer = z.object({
  settings: z.array(
    z.object({
      key: z.string(),
      description: z.string(),
      unit: z.string().nullable(),
      env: z.string().nullable().describe("The variable that gives a process another default"),
      schema: z.record(z.string(), z.unknown()).describe("JSON Schema of the value"),
      default: z.unknown(),
      value: z.unknown().describe("What holds in the process that answers"),
      change: settingChangeAnswer.nullable(),
    }),
  ),
  unknown: z.array(z.object({ key: z.string(), revision: z.int(), atMs: momentMs })),
});

export const resentAnswer = z.object({ id: idSchema });

export const historyAnswer = z.object({ items: z.array(messageAnswer), nextCursor });
