import { drizzle, type PostgresJsDatabase } from "drizzle-orm/postgres-js";
import postgres from "postgres";
import * as schema from "./schema/index.ts";
import { type QueryWatcher, watchQueries } from "./watch-queries.ts";

/** Drizzle over the pool; what named queries take. A transaction has the same methods. */
export type Orm = PostgresJsDatabase<typeof schema>;

/** The pool of one process. Its owner closes it. */
export interface Database {
  readonly orm: Orm;
  /** Runs `work` in one transaction: all of it is committed, or, when it throws, nothing. */
  transaction<Result>(work: (orm: Orm) => Promise<Result>): Promise<Result>;
  /** Resolves when Postgres answers; rejects within the connect and statement deadlines. */
  ping(): Promise<void>;
  /** Ends the pool, giving running statements `timeoutMs` to finish. */
  close(timeoutMs?: number): Promise<void>;
}

/** How to reach Postgres. */
export interface DatabaseOptions {
  readonly url: string;
  /** Shown in pg_stat_activity. */
  readonly applicationName: string;
  readonly poolMax?: number;
  /** A statement that takes longer is cancelled by the server. */
  readonly statementTimeoutMs?: number;
  readonly connectTimeoutMs?: number;
  /** Told of each query, for metrics and traces. */
  readonly onQuery?: QueryWatcher;
}

/**
 * Opens a pool; connections are made on first use.
 * postgres.js has no query timeout of its own, so the server's statement, lock and idle-transaction limits are set on
 * every connection, and TCP keep-alive finds a peer that is gone.
 */
export function openDatabase(options: DatabaseOptions): Database {
  const { statementTimeoutMs = 5_000, connectTimeoutMs = 3_000 } = options;
  // drizzle changes the parsers of the client it is given, so this client is its own and is never handed out.
  const client = postgres(options.url, {
    max: options.poolMax ?? 10,
    connect_timeout: Math.ceil(connectTimeoutMs / 1_000),
    idle_timeout: 60,
    max_lifetime: 30 * 60,
    backoff: (attempts) => Math.min(2, 0.1 * 2 ** attempts),
    onnotice: () => {},
    connection: {
      application_name: options.applicationName,
      statement_timeout: statementTimeoutMs,
      lock_timeout: statementTimeoutMs,
      idle_in_transaction_session_timeout: 2 * statementTimeoutMs,
    },
  });
  if (options.onQuery !== undefined) watchQueries(client, options.onQuery);
  const orm = drizzle(client, { schema });
  return {
    orm,
    transaction: (work) => orm.transaction(work),
    async ping() {
      await client`select 1`;
    },
    async close(timeoutMs = 5_000) {
      await client.end({ timeout: Math.ceil(timeoutMs / 1_000) });
    },
  };
}
