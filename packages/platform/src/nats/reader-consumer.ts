import { AckPolicy, DeliverPolicy, type JetStreamManager, nanos } from "nats";
import { newId } from "../ids/new-id.ts";
import { roomStream } from "./room-stream.ts";

interface ReaderStart {
  readonly subject: string;
  /** The first sequence that may be delivered. */
  readonly fromSeq: number;
}

/** A reader that could not be deleted any more (a crash, a lost connection) is removed by the server after this. */
const readerIdleMs = 10_000;

/** Runs `work` with the name of a consumer of one room that exists for it alone, in the server's memory. */
export async function withReader<T>(
  jsm: JetStreamManager,
  { subject, fromSeq }: ReaderStart,
  work: (consumer: string) => Promise<T>,
): Promise<T> {
  const name = `read-${newId()}`;
  try {
    await jsm.consumers.add(roomStream, {
      name,
      filter_subject: subject,
      deliver_policy: DeliverPolicy.StartSequence,
      opt_start_seq: fromSeq,
      ack_policy: AckPolicy.None,
      inactive_threshold: nanos(readerIdleMs),
      mem_storage: true,
      num_replicas: 1,
    });
    return await work(name);
  } finally {
    // Also after a failed add: the server may have made it all the same.
    await jsm.consumers.delete(roomStream, name).catch(() => undefined);
  }
}
