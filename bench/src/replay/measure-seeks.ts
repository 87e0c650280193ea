import { createHistogram, type Histogram } from "../crowd/histogram.ts";
import type { RecordedSession } from "./recorded-session.ts";
import { openReplayReader } from "./replay-readers.ts";

const seekCount = 100;
const seekDeadlineMs = 10_000;

/** Seeks to moments all over a session. @returns how long each took until the replay went on from there */
export async function measureSeeks(
  url: string,
  recorded: RecordedSession,
  random: () => number,
): Promise<Histogram> {
  const { atMs, startedAtMs } = recorded;
  const lengthMs = (atMs.at(-1) ?? startedAtMs) - startedAtMs;
  const histogram = createHistogram();
  let arrived = Promise.withResolvers<number>();
  const reader = openReplayReader(
    { url, recorded, query: "speed=1&view=all", transport: "ws" },
    {
      onEvents: () => {},
      onControl: (json) => {
        const offset = /^\{"type":"replay".*"offsetMs":(\d+)/.exec(json)?.[1];
        if (offset !== undefined) arrived.resolve(Number(offset));
      },
    },
  );
  // Closed below, in the middle of it.
  reader.ended.catch(() => undefined);
  await arrived.promise;
  for (let seek = 0; seek < seekCount; seek++) {
    const offsetMs = Math.floor(random() * lengthMs * 0.99);
    arrived = Promise.withResolvers<number>();
    const timer = setTimeout(() => arrived.reject(new Error("a seek led nowhere")), seekDeadlineMs);
    const startMs = performance.now();
    reader.say({ type: "seek", offsetMs });
    const reached = await arrived.promise;
    clearTimeout(timer);
    if (reached !== offsetMs) throw new Error(`a seek to ${offsetMs} went to ${reached}`);
    histogram.record((performance.now() - startMs) * 1_000);
  }
  reader.close();
  return histogram;
}
