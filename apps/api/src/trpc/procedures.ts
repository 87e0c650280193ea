import { withSpan } from "@barrage/platform";
import { AppError } from "@barrage/protocol";
import { initTRPC } from "@trpc/server";
import { withDeadline } from "../deadline.ts";
import type { Answered } from "./create-answer-counter.ts";
import { appErrorOf, errorBodyOf, toTrpcError } from "./error-shape.ts";
import type { RequestContext } from "./request-context.ts";

/** What a procedure says about itself, for the REST document. */
interface ProcedureMeta {
  /** It refuses anonymous callers. */
  readonly loggedIn: boolean;
}

const trpc = initTRPC
  .context<RequestContext>()
  .meta<ProcedureMeta>()
  .create({
    // Never development mode: it would put stack traces into answers.
    isDev: false,
    // A stream ends after a minute, and the browser comes back by itself: the right to it is asked for anew.
    sse: { maxDurationMs: 60_000, client: { reconnectAfterInactivityMs: 10_000 } },
    errorFormatter({ shape, error }) {
      const barrage = errorBodyOf(error);
      return { ...shape, message: barrage.message, data: { ...shape.data, barrage } };
    },
  });

/** Makes a (sub-)router. */
export const createRouter = trpc.router;

/** Longer than any deadline below it (a send to the room log has 5 s): what is still open then hangs on Postgres. */
const procedureDeadlineMs = 7_000;

/** The outermost step of every procedure: its span, its deadline, and its failure as a row of the closed table. */
const answered = trpc.middleware(async ({ ctx, path, type, next }) => {
  const options = {
    kind: "server",
    attributes: { "rpc.system": "trpc", "rpc.method": path, "barrage.request_id": ctx.requestId },
    traceparent: ctx.traceparent,
  } as const;
  const startMs = performance.now();
  const answer = (code: Answered["code"]): void =>
    ctx.onAnswered({ procedure: path, code, durationMs: performance.now() - startMs });
  try {
    const result = await withSpan(`${type} ${path}`, options, () => succeeded(next()));
    answer("ok");
    return result;
  } catch (error) {
    const fault = appErrorOf(error);
    answer(fault.code);
    throw toTrpcError(fault);
  }
});

/** The result of what comes after, in time. @throws AppError */
async function succeeded<Result extends { readonly ok: boolean }>(work: Promise<Result>): Promise<Result> {
  try {
    const result = await withDeadline(work, procedureDeadlineMs);
    if ("error" in result) throw result.error;
    return result;
  } catch (error) {
    throw appErrorOf(error);
  }
}

/**
 * Refuses what another site made a browser send. It lives in the base of every procedure, so that none can forget
 * it; a mutation needs the custom header as well, because a simple POST (form, multipart) runs without a preflight.
 */
const unforged = trpc.middleware(({ ctx, type, next }) => {
  const fault = ctx.forgery.any ?? (type === "mutation" ? ctx.forgery.mutation : null);
  if (fault !== null) throw new AppError(fault);
  return next();
});

const identified = trpc.middleware(async ({ ctx, next }) => {
  const identity = await ctx.identify();
  return next({ ctx: { user: identity?.user ?? null, sessionId: identity?.sessionId ?? null } });
});

const loggedIn = trpc.middleware(async ({ ctx, next }) => {
  const identity = await ctx.identify();
  if (identity === null) throw new AppError("unauthenticated");
  return next({ ctx: { user: identity.user, sessionId: identity.sessionId } });
});

/** The base of procedures that don't care who calls: nobody's log-in is looked up. */
export const anonymousProcedure = trpc.procedure.use(answered).use(unforged);

/** The base of procedures for everybody: `ctx.user` is the logged-in user or null. */
export const publicProcedure = anonymousProcedure.use(identified);

/** The base of procedures that need a log-in: `ctx.user` is there, or the caller gets `unauthenticated`. */
export const authedProcedure = anonymousProcedure.meta({ loggedIn: true }).use(loggedIn);

/**
 * The base of procedures that run the platform: `ctx.user` is an administrator, or the caller gets `unauthenticated`
 * or `administrator_required`. The right is read with the log-in, so somebody who lost it is refused some seconds
 * later at the latest, and administrators can still look while Postgres is down.
 */
export const adminProcedure = authedProcedure.use(({ ctx, next }) => {
  if (!ctx.user.isAdministrator) throw new AppError("administrator_required");
  return next();
});
