import { newPasswordSchema, userNameSchema } from "@barrage/domain";
import { AppError, idSchema } from "@barrage/protocol";
import { z } from "zod";
import type { AuthSessions } from "../../auth/auth-sessions.ts";
import type { SessionCookie } from "../../auth/session-cookie.ts";
import { anonymousProcedure, authedProcedure, createRouter, publicProcedure } from "../../trpc/procedures.ts";
import type { RequestContext } from "../../trpc/request-context.ts";
import type { AccountService, Login } from "./account-service.ts";
import type { ProfileService } from "./profile-service.ts";

export interface UsersRouterDeps {
  readonly accounts: AccountService;
  readonly profiles: ProfileService;
  readonly sessions: AuthSessions;
  readonly cookie: SessionCookie;
}

const ok = { ok: true } as const;
/** Whether the log-in goes into a cookie, where scripts can't read it, or into the answer. */
const cookieSchema = z.boolean().default(false);
// What is compared is not judged: a password from before a rule still logs in. The ends only bound the work.
const givenPasswordSchema = z.string().min(1).max(128);

const registerSchema = z.object({
  name: userNameSchema,
  password: newPasswordSchema,
  cookie: cookieSchema,
});
const loginSchema = z.object({
  name: z.string().min(1).max(64),
  password: givenPasswordSchema,
  cookie: cookieSchema,
});
const changePasswordSchema = z.object({ oldPassword: givenPasswordSchema, newPassword: newPasswordSchema });
const revokeSchema = z.object({ id: z.string().regex(/^[0-9a-f]{64}$/, "must be the id of a session") });
const followSchema = z.object({ userId: idSchema });

/** `users.*` */
export function createUsersRouter({ accounts, profiles, sessions, cookie }: UsersRouterDeps) {
  function deliver(ctx: RequestContext, { user, token }: Login, inCookie: boolean) {
    if (inCookie) ctx.setCookie(cookie.store(token));
    return { user, token: inCookie ? null : token };
  }

  return createRouter({
    register: anonymousProcedure
      .input(registerSchema)
      .mutation(async ({ ctx, input }) => deliver(ctx, await accounts.register(input, ctx), input.cookie)),

    login: anonymousProcedure
      .input(loginSchema)
      .mutation(async ({ ctx, input }) => deliver(ctx, await accounts.login(input, ctx), input.cookie)),

    logout: publicProcedure.mutation(async ({ ctx }) => {
      if (ctx.user !== null && ctx.sessionId !== null) await sessions.end(ctx.user.id, ctx.sessionId);
      ctx.setCookie(cookie.clear());
      return ok;
    }),

    me: publicProcedure.query(({ ctx }) => ctx.user),

    changePassword: authedProcedure.input(changePasswordSchema).mutation(async ({ ctx, input }) => {
      await accounts.changePassword(ctx, input);
      return ok;
    }),

    sessions: authedProcedure.query(async ({ ctx }) => {
      const rows = await sessions.list(ctx.user.id);
      return rows.map((row) => ({
        id: row.id,
        createdAtMs: row.createdAt.getTime(),
        lastUsedAtMs: row.lastUsedAt.getTime(),
        expiresAtMs: row.idleExpiresAt.getTime(),
        userAgent: row.userAgent,
        current: row.id === ctx.sessionId,
      }));
    }),

    revokeSession: authedProcedure.input(revokeSchema).mutation(async ({ ctx, input }) => {
      if (!(await sessions.end(ctx.user.id, input.id))) throw new AppError("session_not_found");
      return ok;
    }),

    get: publicProcedure
      .input(z.object({ name: userNameSchema }))
      .query(({ ctx, input }) => profiles.get(input.name, ctx.user?.id ?? null)),

    follow: authedProcedure.input(followSchema).mutation(async ({ ctx, input }) => {
      await profiles.follow(ctx.user.id, input.userId);
      return ok;
    }),

    unfollow: authedProcedure.input(followSchema).mutation(async ({ ctx, input }) => {
      await profiles.unfollow(ctx.user.id, input.userId);
      return ok;
    }),
  });
}
