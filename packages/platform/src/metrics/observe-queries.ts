import { beginCall } from "../telemetry/begin-call.ts";
import type { Meters } from "./meters.ts";

/** What is told of a query: its verb and its table, and never what it asks for. */
interface ObservedQuery {
  /** `select`, `insert`, … */
  readonly operation: string;
  /** The first table that it names. */
  readonly table: string | undefined;
}

/** Called when a query is sent; what it returns is called when it was answered, or failed. */
export type QueryObserver = (query: ObservedQuery) => (error?: unknown) => void;

/** Times a process' queries, and makes each a span of the trace that it is part of. */
export function observeQueries(meters: Meters): QueryObserver {
  const duration = meters.histogram({
    name: "barrage_postgres_query_duration_seconds",
    help: "From when a query was asked for, waiting for a connection included, to its answer",
    labels: ["operation", "outcome"],
  });
  return ({ operation, table }) => {
    const startMs = performance.now();
    const endSpan = beginCall(table === undefined ? operation : `${operation} ${table}`, {
      kind: "client",
      attributes: {
        "db.system.name": "postgresql",
        "db.operation.name": operation,
        ...(table === undefined ? {} : { "db.collection.name": table }),
      },
    });
    return (error) => {
      const outcome = error === undefined ? "ok" : "error";
      duration.add((performance.now() - startMs) / 1_000, { operation, outcome });
      endSpan(error);
    };
  };
}
