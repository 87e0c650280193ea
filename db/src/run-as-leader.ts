import postgres from "postgres";

/** Who leads is decided by an advisory lock: one number for each kind of work. */
export interface LeaderOptions {
  readonly url: string;
  /** Shown in pg_stat_activity. */
  readonly applicationName: string;
  /** The lock's number. */
  readonly lock: number;
  /** Ends the candidacy and, with it, the work. */
  readonly signal: AbortSignal;
  /** Hears why a try to lead failed or a lead was lost; the next try follows. */
  readonly onError: (error: unknown) => void;
}

const retryMs = 250;
const heartbeatMs = 2_000;
const answerMs = 3_000;

/**
 * Runs `work` while this process leads, over and over, until `signal` aborts. At most one process leads, except for a
 * moment: a leader that Postgres can't reach any more learns of it some seconds after Postgres has let the next one in.
 * So the work must bear being done twice. Its signal aborts when the lead is lost or `signal` aborts; the lock is given
 * back when the work has ended.
 */
export async function runAsLeader(
  options: LeaderOptions,
  work: (signal: AbortSignal) => Promise<void>,
): Promise<void> {
  const { signal, onError } = options;
  while (!signal.aborted) {
    try {
      await candidate(options, work);
    } catch (error) {
      if (!signal.aborted) onError(error);
    }
    await pause(retryMs, signal);
  }
}

/** One connection's candidacy: waits for the lock, works, and closes the connection, which gives the lock back. */
async function candidate(
  { url, applicationName, lock, signal }: LeaderOptions,
  work: (signal: AbortSignal) => Promise<void>,
): Promise<void> {
  const lost = new AbortController();
  const client = lockClient({
    url,
    applicationName,
    onClose: () => lost.abort(new Error("connection lost")),
  });
  const either = AbortSignal.any([signal, lost.signal]);
  try {
    // Pinned: the pool would quietly open another connection, which does not hold the lock.
    const connection = await within(client.reserve());
    try {
      if (await waitForLock(connection, lock, either)) await lead({ connection, signal: either, lost }, work);
    } finally {
      // Else end() would wait out its timeout.
      connection.release();
    }
    if (lost.signal.aborted) throw lost.signal.reason;
  } finally {
    await client.end({ timeout: 1 });
  }
}

/** @returns false when `signal` aborted first */
async function waitForLock(
  connection: postgres.ReservedSql,
  lock: number,
  signal: AbortSignal,
): Promise<boolean> {
  while (!signal.aborted) {
    const [row] = await within(connection`select pg_try_advisory_lock(${lock}) as "isLeader"`);
    if (row?.["isLeader"] === true) return true;
    await pause(retryMs, signal);
  }
  return false;
}

interface Lead {
  readonly connection: postgres.ReservedSql;
  readonly signal: AbortSignal;
  readonly lost: AbortController;
}

/** Works, and watches the connection meanwhile. */
async function lead(
  { connection, signal, lost }: Lead,
  work: (signal: AbortSignal) => Promise<void>,
): Promise<void> {
  const ending = new AbortController();
  const beating = heartbeat({ connection, signal: AbortSignal.any([signal, ending.signal]), lost });
  try {
    await work(signal);
  } finally {
    ending.abort();
    await beating;
  }
}

interface LockClientOptions {
  readonly url: string;
  readonly applicationName: string;
  readonly onClose: () => void;
}

function lockClient({ url, applicationName, onClose }: LockClientOptions) {
  return postgres(url, {
    max: 1,
    connect_timeout: 3,
    idle_timeout: 0,
    // The default closes a connection after an hour or so, and the lock with it.
    max_lifetime: null,
    onnotice: () => {},
    onclose: onClose,
    connection: {
      application_name: applicationName,
      // A leader's machine that died is noticed by Postgres after 25 s instead of two hours.
      tcp_keepalives_idle: 10,
      tcp_keepalives_interval: 5,
      tcp_keepalives_count: 3,
    },
  });
}

/** A connection can die without a word: asks every 2 s, and gives the lead up when no answer comes. */
async function heartbeat({ connection, signal, lost }: Lead): Promise<void> {
  while (!signal.aborted) {
    await pause(heartbeatMs, signal);
    if (signal.aborted) return;
    try {
      await within(connection`select 1`);
    } catch (error) {
      lost.abort(error);
    }
  }
}

/** postgres.js has no query timeout. */
async function within<T>(query: PromiseLike<T>): Promise<T> {
  const timeout = Promise.withResolvers<never>();
  const timer = setTimeout(
    () => timeout.reject(new Error(`Postgres gave no answer in ${answerMs} ms`)),
    answerMs,
  );
  try {
    return await Promise.race([query, timeout.promise]);
  } finally {
    clearTimeout(timer);
  }
}

async function pause(ms: number, signal: AbortSignal): Promise<void> {
  if (signal.aborted) return;
  const ended = Promise.withResolvers<void>();
  const onEnd = (): void => ended.resolve();
  const timer = setTimeout(onEnd, ms);
  signal.addEventListener("abort", onEnd, { once: true });
  await ended.promise;
  clearTimeout(timer);
  signal.removeEventListener("abort", onEnd);
}
