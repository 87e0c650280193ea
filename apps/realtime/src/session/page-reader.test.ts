import { expect, test } from "bun:test";
import { danmaku } from "../testing/danmaku.ts";
import { FakeLog } from "../testing/fake-log.ts";
import { FakeTimers } from "../testing/fake-timers.ts";
import { createPageReader } from "./page-reader.ts";

const room = "room0000";
const encoder = new TextEncoder();

function scene(eventCount: number) {
  const log = new FakeLog();
  const timers = new FakeTimers();
  for (let count = 0; count < eventCount; count++) {
    log.publish(room, encoder.encode(JSON.stringify(danmaku(room, `text ${count}`))));
  }
  let reads = 0;
  const pages = createPageReader({ log, room, epoch: log.epoch, now: timers.now, onRead: () => reads++ });
  /** Answers until the asker has what it wants. */
  async function read(seq: number) {
    const asked = pages.readAfter(seq);
    for (let quiet = 0; quiet < 3; await Bun.sleep(0)) {
      quiet = log.questionCount === 0 ? quiet + 1 : 0;
      log.answer();
    }
    return await asked;
  }
  return { log, timers, pages, read, reads: () => reads };
}

test("a crowd that comes back with nearly the same position shares one read", async () => {
  const { log, pages, reads } = scene(2_000);
  const crowd = Array.from({ length: 500 }, (_, index) => pages.readAfter(1_030 + (index % 200)));
  while (log.questionCount > 0) {
    log.answer();
    await Bun.sleep(0);
  }
  const got = await Promise.all(crowd);
  expect(reads()).toBe(1);
  for (const [index, page] of got.entries()) expect(page.entries[0]?.seq).toBe(1_031 + (index % 200));
});

test("pages follow one another without a gap to the end of the log, as it grows", async () => {
  const { log, read } = scene(900);
  const seqs: number[] = [];
  for (let position = 3; ; ) {
    const page = await read(position);
    seqs.push(...page.entries.map(({ seq }) => seq));
    position = seqs.at(-1) ?? position;
    if (position === 900) log.publish(room, encoder.encode(JSON.stringify(danmaku(room, "late"))));
    if (position === 901) break;
  }
  expect(seqs).toEqual(Array.from({ length: 898 }, (_, index) => index + 4));
});

test("a position before the log's beginning is told apart", async () => {
  const { log, read } = scene(50);
  log.trim(20);
  expect((await read(10)).isTrimmed).toBe(true);
  expect(await read(19)).toMatchObject({ isTrimmed: false, entries: { length: 31 } });
});

test("a read that failed is not kept", async () => {
  const { log, pages, read } = scene(10);
  const failing = pages.readAfter(2);
  log.fail();
  await expect(failing).rejects.toThrow();
  expect((await read(2)).entries).toHaveLength(8);
});
