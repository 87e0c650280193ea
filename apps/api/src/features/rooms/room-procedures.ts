import {
  newRoomSchema,
  roomDescriptionSchema,
  roomPasswordSchema,
  roomTitleSchema,
  slowModeMsSchema,
} from "@barrage/domain";
import { idSchema, roomLimitsSchema, visibilitySchema } from "@barrage/protocol";
import { z } from "zod";
import { authedProcedure, publicProcedure } from "../../trpc/procedures.ts";
import type { JoinService } from "./join-service.ts";
import type { LiveService } from "./live-service.ts";
import type { MembersService } from "./members-service.ts";
import type { RoomsService } from "./rooms-service.ts";
import type { TicketService } from "./ticket-service.ts";

export interface RoomProceduresDeps {
  readonly rooms: RoomsService;
  readonly live: LiveService;
  readonly tickets: TicketService;
  readonly members: MembersService;
  readonly joining: JoinService;
}

const roomSchema = z.object({ id: idSchema });
// What is compared is not judged; the end only bounds the work.
const enterSchema = z.object({ id: idSchema, password: z.string().max(64).optional() });
const cursorSchema = z.string().max(1_000).optional();
const listSchema = z.object({
  cursor: cursorSchema,
  /** By what live rooms come first. */
  order: z.enum(["viewers", "hot"]).default("viewers"),
  limit: z.int().min(1).max(60).default(24),
  q: z
    .string()
    .max(100)
    .transform((text) => text.normalize("NFC").replace(/\s+/gu, " ").trim())
    .refine((text) => !text.includes("\u0000"), "has characters that are not allowed")
    .optional(),
});
const updateSchema = z.object({
  id: idSchema,
  title: roomTitleSchema.optional(),
  description: roomDescriptionSchema.optional(),
  visibility: visibilitySchema.optional(),
  password: roomPasswordSchema.optional(),
  slowModeMs: slowModeMsSchema.optional(),
  followersOnly: z.boolean().optional(),
  memberList: z.boolean().optional(),
  limits: roomLimitsSchema.nullable().optional(),
});
const sessionsSchema = enterSchema.extend({
  cursor: cursorSchema,
  limit: z.int().min(1).max(60).default(20),
});

const membersSchema = enterSchema.extend({
  cursor: cursorSchema,
  limit: z.int().min(1).max(100).default(50),
});

const ok = { ok: true } as const;

interface Caller {
  readonly user: { readonly id: string } | null;
  readonly clientAddress: string;
}

const visitorOf = ({ user, clientAddress }: Caller, password: string | undefined) => ({
  userId: user?.id ?? null,
  clientAddress,
  password,
});

/** The part that is about watching a room. */
function watchProcedures({
  joining,
  tickets,
  members,
}: Pick<RoomProceduresDeps, "joining" | "tickets" | "members">) {
  return {
    join: publicProcedure
      .input(enterSchema)
      .mutation(({ ctx, input }) =>
        joining.join(input.id, { ...visitorOf(ctx, input.password), login: ctx.sessionId }),
      ),

    nodes: publicProcedure.query(() => joining.nodes()),

    ticket: publicProcedure
      .input(enterSchema)
      .mutation(({ ctx, input }) =>
        tickets.issue(input.id, { ...visitorOf(ctx, input.password), login: ctx.sessionId }),
      ),

    members: publicProcedure.input(membersSchema).query(({ ctx, input }) => {
      const { id, password, ...page } = input;
      return members.list(id, visitorOf(ctx, password), page);
    }),
  };
}

/** The part of `rooms.*` that is about rooms themselves. */
export function createRoomProcedures({ rooms, live, ...watching }: RoomProceduresDeps) {
  return {
    create: authedProcedure.input(newRoomSchema).mutation(({ ctx, input }) => rooms.create(ctx.user, input)),

    update: authedProcedure.input(updateSchema).mutation(({ ctx, input }) => {
      const { id, ...update } = input;
      return rooms.update(ctx.user, id, update);
    }),

    get: publicProcedure
      .input(enterSchema)
      .query(({ ctx, input }) => rooms.get(input.id, visitorOf(ctx, input.password))),

    list: publicProcedure.input(listSchema).query(({ ctx, input }) => {
      const { q, ...page } = input;
      return rooms.list(ctx.user?.id ?? null, { ...page, search: q === "" ? undefined : q });
    }),

    mine: authedProcedure.query(({ ctx }) => rooms.mine(ctx.user.id)),

    start: authedProcedure.input(roomSchema).mutation(async ({ ctx, input }) => {
      await live.start(ctx.user, input.id);
      return rooms.get(input.id, visitorOf(ctx, undefined));
    }),

    end: authedProcedure.input(roomSchema).mutation(async ({ ctx, input }) => {
      await live.end(ctx.user, input.id);
      return rooms.get(input.id, visitorOf(ctx, undefined));
    }),

    delete: authedProcedure.input(roomSchema).mutation(async ({ ctx, input }) => {
      await rooms.remove(ctx.user, input.id);
      return ok;
    }),

    streamKey: authedProcedure
      .input(roomSchema)
      .query(async ({ ctx, input }) => ({ key: await rooms.streamKey(ctx.user, input.id) })),

    rotateStreamKey: authedProcedure
      .input(roomSchema)
      .mutation(async ({ ctx, input }) => ({ key: await rooms.rotateStreamKey(ctx.user, input.id) })),

    ...watchProcedures(watching),

    sessions: publicProcedure.input(sessionsSchema).query(({ ctx, input }) => {
      const { id, password, ...page } = input;
      return live.sessions(id, visitorOf(ctx, password), page);
    }),
  };
}
