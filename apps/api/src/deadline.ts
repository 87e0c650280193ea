import { AppError } from "@barrage/protocol";

/**
 * The result of `work`, or a failure after `deadlineMs`. The work itself goes on: postgres.js can't be told to stop
 * waiting for a peer that is gone, only we can.
 * @throws AppError `database_unavailable` when the time is up
 */
export async function withDeadline<Result>(work: Promise<Result>, deadlineMs: number): Promise<Result> {
  const late = Promise.withResolvers<never>();
  const timer = setTimeout(
    () => late.reject(new AppError("database_unavailable", { retryAfterMs: 2_000 })),
    deadlineMs,
  );
  try {
    return await Promise.race([work, late.promise]);
  } finally {
    clearTimeout(timer);
  }
}
