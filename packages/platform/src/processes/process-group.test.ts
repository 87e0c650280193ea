import { expect, test } from "bun:test";
import { join } from "node:path";
import { createLogger } from "../log/create-logger.ts";
import { createProcessGroup } from "./process-group.ts";

const logger = createLogger({ name: "test", level: "silent" });
const file = join(import.meta.dir, "testing", "group-member.ts");

async function startGroup(manner: "usual" | "mute") {
  const group = createProcessGroup({
    count: 2,
    command: [process.execPath, file, manner],
    envOf: (index) => ({ ...process.env, PROCESS_INDEX: String(index) }),
    metricPrefix: "test",
    logger,
  });
  await group.start?.();
  return {
    figures: async () => await (await fetch(group.url())).text(),
    [Symbol.asyncDispose]: async () => group.stop(AbortSignal.timeout(5_000)),
  };
}

test("one process of a group tells the figures of all of them", async () => {
  await using group = await startGroup("usual");
  const figures = await group.figures();
  for (const index of [0, 1]) expect(figures).toContain(`alive{process="${index}"} 1\n`);
}, 30_000);

test("a process that can't be asked any more, as one that was killed a moment ago, costs the others nothing", async () => {
  await using group = await startGroup("mute");
  for (let nth = 0; nth < 2; nth++) {
    const figures = await group.figures();
    expect(figures).toContain('alive{process="0"} 1\n');
    expect(figures).not.toContain('alive{process="1"}');
  }
}, 30_000);
