import type postgres from "postgres";

/** What is told of a query: its verb and its table, and never what it asks for. */
export interface WatchedQuery {
  /** `select`, `insert`, … */
  readonly operation: string;
  /** The first table that it names. */
  readonly table: string | undefined;
}

/** Called when a query is sent; what it returns is called when it was answered, or failed with `error`. */
export type QueryWatcher = (query: WatchedQuery) => (error?: unknown) => void;

/**
 * Tells `watch` of each query that drizzle makes through a client, those in transactions included. Drizzle runs all of
 * them by `unsafe`; it has no hook for the end of a query, and neither has postgres.js.
 */
export function watchQueries(client: postgres.Sql, watch: QueryWatcher): void {
  watchRunner(client, watch);
  const begin = client.begin.bind(client);
  // Drizzle calls it with the work alone, or with options before it; both keep their types.
  client.begin = new Proxy(begin, {
    apply: (target, self, args: unknown[]) =>
      Reflect.apply(
        target,
        self,
        args.map((arg) => inside(arg, watch)),
      ),
  });
}

/** The work of a transaction, given a client that is watched too. */
function inside(arg: unknown, watch: QueryWatcher): unknown {
  if (typeof arg !== "function") return arg;
  return (transaction: postgres.TransactionSql): unknown => {
    watchRunner(transaction, watch);
    const savepoint = transaction.savepoint.bind(transaction);
    transaction.savepoint = new Proxy(savepoint, {
      apply: (target, self, args: unknown[]) =>
        Reflect.apply(
          target,
          self,
          args.map((nested) => inside(nested, watch)),
        ),
    });
    return Reflect.apply(arg, undefined, [transaction]);
  };
}

function watchRunner(runner: Pick<postgres.Sql, "unsafe">, watch: QueryWatcher): void {
  const unsafe = runner.unsafe.bind(runner);
  runner.unsafe = new Proxy(unsafe, {
    apply(target, self, args: readonly unknown[]) {
      const query: PromiseLike<unknown> = Reflect.apply(target, self, args);
      watchEnd(query, watch(describe(String(args[0]))));
      return query;
    },
  });
}

/** A query of postgres.js is sent when its `then` is called: drizzle does that in the turn in which it made it. */
function watchEnd(query: PromiseLike<unknown>, end: (error?: unknown) => void): void {
  const then = query.then.bind(query);
  // oxlint-disable-next-line unicorn/no-thenable -- it is one already, and being awaited is how it is sent
  query.then = (onResult, onError) =>
    then(
      (rows) => {
        end();
        return rows;
      },
      (error: unknown) => {
        end(error ?? new Error("unknown"));
        throw error;
      },
    ).then(onResult, onError);
}

const verbPattern = /^\s*(?:\/\*.*?\*\/\s*)?(with|select|insert|update|delete)\b/i;
const tablePattern = /\b(?:from|into|update)\s+"(\w+)"/i;

function describe(text: string): WatchedQuery {
  const operation = verbPattern.exec(text)?.[1]?.toLowerCase() ?? "other";
  return { operation, table: tablePattern.exec(text)?.[1] };
}
