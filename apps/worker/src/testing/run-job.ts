import type { Job } from "../leader/job.ts";

/** A job at work, until it is disposed of. For tests. */
export function runJob(job: Job): AsyncDisposable {
  const abort = new AbortController();
  const running = job.run(abort.signal);
  return {
    async [Symbol.asyncDispose]() {
      abort.abort();
      await running;
    },
  };
}
