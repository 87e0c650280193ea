import { type MemberMessage, supervisorMessageSchema } from "./process-messages.ts";

interface ProcessMemberOptions {
  /** This process's own figures, in the Prometheus text format. */
  readonly figures: () => Promise<string>;
}

/** A process's tie to the supervisor of its group. */
export interface ProcessMember {
  /** Tells that it serves. */
  ready(url: string): void;
  /** The figures of all processes of the group, or of this one alone when the supervisor does not answer in time. */
  groupFigures(): Promise<string>;
}

const answerMsMax = 2_000;

/**
 * Joins the group whose supervisor has started this process. When the supervisor is gone, so goes this process, as if
 * it had been asked to: nobody would start it again, nor stop it.
 */
export function joinProcessGroup({ figures }: ProcessMemberOptions): ProcessMember {
  const waiting = new Map<number, (text: string) => void>();
  let lastId = 0;
  const tell = (message: MemberMessage): void => {
    if (process.connected) process.send?.(message);
  };
  async function report(id: number): Promise<void> {
    tell({ type: "figures", id, text: await figures() });
  }
  process.on("message", (value) => {
    const message = supervisorMessageSchema.safeParse(value);
    if (!message.success) return;
    const { id } = message.data;
    if (message.data.type === "report") void report(id);
    else waiting.get(id)?.(message.data.text);
  });
  process.on("disconnect", () => process.kill(process.pid, "SIGTERM"));
  return {
    ready: (url) => tell({ type: "ready", url }),
    async groupFigures() {
      lastId += 1;
      const id = lastId;
      const { promise, resolve } = Promise.withResolvers<string>();
      const timer = setTimeout(() => void figures().then(resolve), answerMsMax);
      waiting.set(id, resolve);
      try {
        tell({ type: "ask", id });
        return await promise;
      } finally {
        clearTimeout(timer);
        waiting.delete(id);
      }
    },
  };
}
