import type { Measure, Scenario, ScenarioContext } from "../harness/scenario.ts";
import type { RecordedSession } from "../replay/recorded-session.ts";
import { openReplayReader, type ReplayReader, type ReplayTransport } from "../replay/replay-readers.ts";
import { type ReplayStage, setReplayStage } from "../replay/replay-stage.ts";

const behindMs = 300_000;
const quickBehindMs = 30_000;
const speed = 4;
const gapMs = 50;
/** The viewer crosses the seam on its way. */
const archivedShare = 0.5;
/** After the last has arrived, so that it is seen to go on. */
const liveMs = 3_000;
const lookMs = 20;
const settleMsMax = 10_000;

const pause = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));

/** Somebody who began at the beginning of a session that runs. */
interface LateViewer {
  readonly reader: ReplayReader;
  /** When it was live, by `performance.now()`. */
  liveAtMs: number | undefined;
  lastSeq: number;
  /** What came at once: how many, and the last one's place in the log. */
  readonly pieces: (readonly [count: number, lastSeq: number])[];
}

function watchFromStart(url: string, recorded: RecordedSession, transport: ReplayTransport): LateViewer {
  const pieces: LateViewer["pieces"] = [];
  const query = `speed=${speed}&view=all&from=0`;
  const reader = openReplayReader(
    { url, recorded, query, transport },
    {
      onControl: (json) => {
        if (json.startsWith('{"type":"live"')) viewer.liveAtMs ??= performance.now();
      },
      onEvents: (count, lastSeq) => {
        pieces.push([count, lastSeq]);
        viewer.lastSeq = lastSeq;
      },
    },
  );
  const viewer: LateViewer = { reader, liveAtMs: undefined, lastSeq: 0, pieces };
  return viewer;
}

/** The session goes on until told to stop. @returns the places of what was said */
function keepTalking(stage: ReplayStage, recorded: RecordedSession) {
  const seqs: number[] = [];
  const over = new AbortController();
  const talking = (async () => {
    for (let index = recorded.seqs.length; !over.signal.aborted; index++) {
      seqs.push(await stage.say(recorded, index));
      await pause(gapMs);
    }
    return seqs;
  })();
  return {
    stop: () => {
      over.abort();
      return talking;
    },
  };
}

async function until(condition: () => boolean, withinMs: number, what: string): Promise<void> {
  const endMs = performance.now() + withinMs;
  while (!condition()) {
    if (performance.now() > endMs) throw new Error(`${what}: not within ${Math.round(withinMs / 1_000)} s`);
    await pause(lookMs);
  }
}

/** How many places are not where they should be: each piece ends where the log has its last event. */
function faultsOf({ pieces }: LateViewer, seqs: readonly number[]): number {
  let next = 0;
  let faults = 0;
  for (const [count, lastSeq] of pieces) {
    next += count;
    if (seqs[next - 1] !== lastSeq) faults += 1;
  }
  return faults + Math.abs(seqs.length - next);
}

async function measure(context: ScenarioContext): Promise<readonly Measure[]> {
  const { isQuick, progress } = context;
  await using stack = new AsyncDisposableStack();
  const stage = await setReplayStage(context, stack);
  const lateMs = isQuick ? quickBehindMs : behindMs;
  const offsetsMs = Array.from({ length: lateMs / gapMs }, (_, index) => index * gapMs);
  const recorded = await stage.record({ offsetsMs, archivedShare, runningSinceMs: Date.now() - lateMs });
  const node = await stage.node();
  const talk = keepTalking(stage, recorded);
  stack.defer(async () => {
    await talk.stop();
  });
  const startMs = performance.now();
  const transports = ["sse", "ws"] as const;
  const viewers = transports.map((transport) => watchFromStart(node.url, recorded, transport));
  for (const { reader } of viewers) {
    stack.defer(() => reader.close());
    // Closed above, in the middle of it; one that is cut off earlier never arrives, which is said.
    reader.ended.catch(() => undefined);
  }
  progress(`${lateMs / 1_000} s behind, at ${speed} ×`);
  const dueMs = lateMs / (speed - 1);
  await until(() => viewers.every(({ liveAtMs }) => liveAtMs !== undefined), dueMs * 1.5, "arriving live");
  await pause(liveMs);
  const seqs = [...recorded.seqs, ...(await talk.stop())];
  await until(() => viewers.every(({ lastSeq }) => lastSeq >= (seqs.at(-1) ?? 0)), settleMsMax, "the end");
  const measures = viewers.flatMap((viewer, index): Measure[] => [
    {
      name: `${transports[index]}: live after`,
      value: ((viewer.liveAtMs ?? 0) - startMs) / 1_000,
      unit: "s",
    },
    {
      name: `${transports[index]}: missing, double or misplaced`,
      value: faultsOf(viewer, seqs),
      unit: "events",
      bar: 0,
    },
  ]);
  return [
    { name: "behind when they join", value: lateMs / 1_000, unit: "s" },
    { name: "events", value: seqs.length, unit: "" },
    ...measures,
  ];
}

/** Whether who joins a running session late catches up with it, and goes on live. `--quick`: half a minute late. */
export const replayDvr: Scenario = {
  name: "replay-dvr",
  title:
    "Joining a running session 5 minutes behind at 4 ×: live in the end, without a gap or anything twice",
  run: measure,
};
