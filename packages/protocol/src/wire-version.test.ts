import { expect, test } from "bun:test";
import { z } from "zod";
import { closeCodes } from "./close-code.ts";
import { controlFrameSchema } from "./control-frame.ts";
import { errorTable } from "./error-table.ts";
import { roomEventSchema } from "./event.ts";
import { replayClientFrameSchema } from "./replay.ts";
import { roomsClientFrameSchema, wsBatchSchema, wsClientFrameSchema } from "./ws-frame.ts";

/**
 * Every version of the wire there has been. A change of the wire fails the test below: add a line that says what
 * changed, and keep what older clients rely on (new types and new optional fields are fine; nothing else is).
 */
const history = [
  { hash: "7dfbaa7fad6d2a7c", change: "the first wire" },
  { hash: "f728ad68bf36d8ca", change: "lotteries: six events and their error codes" },
  {
    hash: "5480574e33938ed0",
    change: "replay: its first frame, what its viewers may say, replay_ended, replay_unavailable",
  },
  { hash: "e807f8f051a5abdb", change: "the limiter: merged, skipped.reason, limits in a room face" },
  { hash: "33af6b9515142ed5", change: "administrator_required" },
  { hash: "c14ba0f2a22080ef", change: "lottery.delayed" },
  {
    hash: "435caf8b1eddf602",
    change: "several rooms on one connection: refused, left, subscribe, unsubscribe, too_many_rooms",
  },
  {
    hash: "39d2770bf0bcd859",
    change: "recordings: recording.ready and their error codes; storage_unavailable",
  },
  {
    hash: "7232a0698f68a044",
    change: "replay: the limits a session starts with; pinned and limits in a moment",
  },
  { hash: "c9d0b5ce14f2e863", change: "replay: the tag of a seek comes back" },
  {
    hash: "43ccaa9c396b4326",
    change: "covers: a room face may name one; upload_not_found, upload_incomplete",
  },
  { hash: "26f636f0308f0b48", change: "replay: stalled" },
  { hash: "db4c82d7684265b2", change: "feature_disabled, and what may go wrong with settings" },
  { hash: "d84874f87b6a7337", change: "account_suspended" },
] as const;

const json = (schema: z.ZodType) => z.toJSONSchema(schema, { unrepresentable: "any", io: "input" });

test("the wire has not changed without a line in its history", () => {
  const wire = {
    event: json(roomEventSchema),
    control: json(controlFrameSchema),
    batch: json(wsBatchSchema),
    client: json(wsClientFrameSchema),
    roomsClient: json(roomsClientFrameSchema),
    replayClient: json(replayClientFrameSchema),
    closeCodes,
    errors: Object.entries(errorTable).map(([code, row]) => [code, row.status, row.retry]),
  };
  const hash = new Bun.CryptoHasher("sha256").update(JSON.stringify(wire)).digest("hex").slice(0, 16);
  expect(hash).toBe(history[history.length - 1]?.hash ?? "");
});
