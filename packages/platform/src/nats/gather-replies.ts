import { AppError } from "@barrage/protocol";
import { createInbox, type Msg } from "nats";
import type { NatsLink } from "./connect-nats.ts";

interface Question {
  readonly subject: string;
  readonly body: string;
  readonly deadlineMs: number;
}

/** Nobody has so many nodes. */
const repliesMax = 1_000;

/** Asks all who listen to a subject, and waits for the whole deadline: who is slow is heard, too. @throws AppError `log_unavailable`. */
export async function gatherReplies(
  link: NatsLink,
  { subject, body, deadlineMs }: Question,
): Promise<readonly Msg[]> {
  if (!link.isConnected()) throw new AppError("log_unavailable");
  const replies: Msg[] = [];
  const inbox = createInbox();
  const subscription = link.connection.subscribe(inbox, {
    max: repliesMax,
    callback: (error, message) => {
      // NATS says with an empty message that nobody listens at all.
      if (error === null && message.data.length > 0) replies.push(message);
    },
  });
  try {
    link.connection.publish(subject, body, { reply: inbox });
    await Bun.sleep(deadlineMs);
  } finally {
    subscription.unsubscribe();
  }
  return replies;
}
