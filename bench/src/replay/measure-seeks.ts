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
        const tag = /^\{"type":"replay".*"tag":(\d+)/.exec(json)?.[1];
        if (tag !== undefined) arrived.resolve(Number(tag));
      },
    },
  );
  // Closed below, in the middle of it.
  reader.ended.catch(() => undefined);
  await arrived.promise;
  for (let seek = 1; seek <= seekCount; seek++) {
    const offsetMs = Math.floor(random() * lengthMs * 0.99);
    arrived = Promise.withResolvers<number>();
    const timer = setTimeout(() => arrived.reject(new Error("a seek led nowhere")), seekDeadlineMs);
    const startMs = performance.now();
    reader.say({ type: "seek", offsetMs, tag: seek });
    const reached = await arrived.promise;
    clearTimeout(timer);
    if (reached !== seek) throw new Error(`seek ${seek} was answered as ${reached}`);
    histogram.record((performance.now() - startMs) * 1_000);
  }
  reader.close();
  return histogram;
}
