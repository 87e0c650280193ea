import { describe, expect, test } from "bun:test";
import { connectNats, createLogger, createRoomLog, newId, type RoomLog } from "@barrage/platform";
import type { RoomEvent } from "@barrage/protocol";
import {
  createTestDatabase,
  type SeededRandom,
  seededRandom,
  startApp,
  startTestNats,
  waitFor,
} from "@barrage/testkit";
import { SQL } from "bun";

const messageCount = 100_000;
const roomCount = 20;
const killCount = 10;
const inFlight = 256;

const rooms = Array.from({ length: roomCount }, newId);
const session = newId();

function messageOf(index: number): RoomEvent & { readonly type: "danmaku.sent" } {
  return {
    v: 1,
    type: "danmaku.sent",
    room: rooms[index % roomCount] ?? "",
    at: Date.now(),
    by: { id: session, name: "crowd", role: "viewer" },
    data: { id: newId(), session, text: `message ${index} 弹幕`, color: "#ffffff", mode: "scroll" },
  };
}

/** Publishes everything; resolves with each message's id by its place in the log. */
async function publishAll(log: RoomLog): Promise<Map<number, string>> {
  const idOfSeq = new Map<number, string>();
  let next = 0;
  const sender = async (): Promise<void> => {
    while (next < messageCount) {
      const event = messageOf(next++);
      const { cursor } = await log.publish(event, { messageId: event.data.id });
      idOfSeq.set(cursor.seq, event.data.id);
    }
  };
  await Promise.all(Array.from({ length: inFlight }, sender));
  return idOfSeq;
}

interface Archive {
  /** The place of the newest message. */
  lastSeq(): Promise<number>;
  count(): Promise<number>;
}

/** Kills the worker at random moments spread over the whole work, and starts it again. */
async function killWorkers(
  variables: Readonly<Record<string, string>>,
  { archive, random }: { readonly archive: Archive; readonly random: SeededRandom },
): Promise<void> {
  for (let kill = 1; kill <= killCount; kill++) {
    await using worker = await startApp("worker", variables);
    // Spread over the first nine tenths: each life must get somewhere before it ends.
    const target = Math.floor((kill * messageCount * 0.9) / killCount) - random.below(2_000);
    const reached = await waitFor(
      async () => {
        const lastSeq = await archive.lastSeq();
        return lastSeq >= target && lastSeq;
      },
      { deadlineMs: 60_000, what: `${target} messages in the archive` },
    );
    await Bun.sleep(random.below(20));
    await worker.kill("SIGKILL");
    const [count, lastSeq] = [await archive.count(), await archive.lastSeq()];
    expect(lastSeq).toBeGreaterThanOrEqual(reached);
    // Nothing else is in the log: a prefix of it has as many messages as its last place says.
    expect(count).toBe(lastSeq);
  }
}

describe("message archive", () => {
  test(`holds each of ${messageCount} messages once and in order although the worker is killed ${killCount} times`, async () => {
    await using database = await createTestDatabase();
    await using nats = await startTestNats();
    await using stack = new AsyncDisposableStack();
    const logger = createLogger({ name: "archive-crash", level: "silent" });
    const link = await connectNats({ url: nats.url, name: "archive-crash", logger });
    stack.defer(() => link.close());
    const retention = { ageMaxMs: 3_600_000, bytesMax: 1_073_741_824, dedupeWindowMs: 600_000 };
    const log = await createRoomLog({ link, logger, retention });
    stack.defer(() => log.close());
    const sql = new SQL({ url: database.url, max: 1 });
    stack.defer(() => sql.close());
    const archive: Archive = {
      async lastSeq() {
        const [row] =
          await sql`select coalesce(max(seq), 0)::int as "lastSeq" from messages where epoch = ${log.epoch()}`;
        return row.lastSeq;
      },
      async count() {
        const [row] = await sql`select count(*)::int as count from messages`;
        return row.count;
      },
    };
    const variables = {
      DATABASE_URL: database.url,
      NATS_URL: nats.url,
      HOST: "127.0.0.1",
      ROOM_LOG_AGE_MAX_MS: String(retention.ageMaxMs),
      ROOM_LOG_BYTES_MAX: String(retention.bytesMax),
    };
    const [idOfSeq] = await Promise.all([
      publishAll(log),
      killWorkers(variables, { archive, random: seededRandom() }),
    ]);
    expect(idOfSeq.size).toBe(messageCount);

    await using _worker = await startApp("worker", variables);
    await waitFor(async () => (await archive.lastSeq()) >= messageCount, { deadlineMs: 60_000 });
    const rows: { id: string; seq: string; room_id: string; data: { id: string; text: string } }[] =
      await sql`select id, seq::text, room_id, data from messages order by messages.seq`;
    expect(rows.length).toBe(messageCount);
    const wrong = rows.filter(
      ({ id, seq, data }, index) =>
        Number(seq) !== index + 1 || idOfSeq.get(index + 1) !== id || data.id !== id,
    );
    expect(wrong).toEqual([]);
  }, 300_000);
});
