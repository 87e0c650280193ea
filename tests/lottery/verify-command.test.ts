import { expect, test } from "bun:test";
import { join } from "node:path";
import { openToAll, toDrawRecord } from "@barrage/domain";
import { createNativeHashing } from "@barrage/platform";
import { createTempDir } from "@barrage/testkit";
import { secondDraw } from "./second-draw.ts";

const root = join(import.meta.dir, "..", "..");

async function verify(file: string): Promise<{ readonly code: number; readonly output: string }> {
  const command = Bun.spawn([process.execPath, "run", "lottery:verify", file], {
    cwd: root,
    stdout: "pipe",
    stderr: "pipe",
  });
  const output = await new Response(command.stdout).text();
  return { code: await command.exited, output };
}

/** A record whose draw was made by the second implementation, which shares no code with the one that verifies. */
async function secondRecord() {
  const entries = Array.from({ length: 25 }, (_, index) => `entry${String(index).padStart(20, "0")}`);
  const lotteryId = "lottery000000000000000001";
  const drawn = secondDraw({ lotteryId, seed: "07".repeat(32), entries, beacon: "" });
  const at = 1_764_000_000_000;
  return toDrawRecord(
    {
      version: "gl-lottery-v1",
      lottery: {
        id: lotteryId,
        room: "room00000001",
        session: "session00001",
        title: "Stars",
        prizes: [{ id: "prize0001", name: "Star", count: 3 }],
        conditions: openToAll,
        createdAtMs: at,
        opensAtMs: at,
        closesAtMs: at + 60_000,
        closedAtMs: at + 60_000,
        sealedAtMs: at + 60_100,
        drawnAtMs: at + 60_200,
      },
      trust: "commit",
      commit: drawn.commit,
      entries,
      count: drawn.count,
      root: drawn.root,
      beacon: null,
      seed: "07".repeat(32),
      key: drawn.key,
      winners: drawn.ranking.slice(0, 3).map((entryId, index) => ({
        prizeId: "prize0001",
        rank: index + 1,
        entryId,
        user: { id: entryId.replace("entry", "user0"), name: "somebody" },
      })),
    },
    createNativeHashing(),
  );
}

test("bun run lottery:verify passes a draw of the second implementation, and names what fails in a changed one", async () => {
  await using dir = await createTempDir();
  const file = join(dir.path, "record.json");
  const record = await secondRecord();
  await Bun.write(file, JSON.stringify(record));
  const good = await verify(file);
  expect(good.output).toContain("Everything fits.");
  expect(good.code).toBe(0);

  const [first = "", second = "", ...others] = record.entries;
  const swapped = { ...record, entries: [second, first, ...others] };
  await Bun.write(file, JSON.stringify(swapped));
  const bad = await verify(file);
  expect(bad.output).toMatch(/FAILED pool/);
  expect(bad.output).toMatch(/FAILED root/);
  expect(bad.code).toBe(1);

  await Bun.write(file, "{");
  const none = await verify(file);
  expect(none.output).toMatch(/FAILED file/);
  expect(none.code).toBe(1);
}, 30_000);
