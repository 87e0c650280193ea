/** Work that exactly one worker does at a time. */
export interface Job {
  readonly name: string;
  /**
   * Works until `signal` aborts. What stands in the way for a while (Postgres or NATS down) is the job's own business;
   * a rejection gives the lead up, and all jobs begin anew.
   */
  readonly run: (signal: AbortSignal) => Promise<void>;
}
