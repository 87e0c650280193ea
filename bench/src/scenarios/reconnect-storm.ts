import { formatCursor } from "@barrage/protocol";
import { z } from "zod";
import { openLab } from "../fan-out/lab.ts";
import type { Lab } from "../fan-out/measure-contestant.ts";
import { openStormCrowd, type StormResult } from "../fan-out/storm.ts";
import { nodeCounter } from "../harness/node-counter.ts";
import { type OpenRoom, openRoom } from "../harness/open-room.ts";
import type { Measure, Scenario, ScenarioContext } from "../harness/scenario.ts";

const viewersDefault = 10_000;
const spreadS = 10;
/** So long nobody is connected, and so much is said meanwhile. */
const outageS = 10;
const missed = 300;
/** What is said while they come back: whoever has caught up goes on with it. */
const liveEveryMs = 50;
const lookEveryMs = 50;
/** Readers that a node opens for a page and closes again; none is anybody's own. */
const consumersPerNode = 8;
const nodes = 2;
/**
 * A page at the log's end, which is where a crowd comes back to, is read anew after half a second: as often as that for
 * as long as they come, however many they are.
 */
const pagesMax = 2 * (spreadS + 1);

const consumersSchema = z.object({ consumers: z.int() });

/** What the load generator's viewers look for; see bench/native/fan-load/marker.hpp. */
const marked = (number: number) => `弹幕 ^${"0".repeat(16)}-${number.toString(16).padStart(8, "0")}.`;

/** Does something over and over until told to end. @returns how to end it. */
function repeat(everyMs: number, act: () => Promise<unknown>): () => Promise<void> {
  const stop = new AbortController();
  const running = (async () => {
    while (!stop.signal.aborted) {
      await act();
      await Bun.sleep(everyMs);
    }
  })();
  return async () => {
    stop.abort();
    await running;
  };
}

/** As fast as a lively room says it: the other node's memory of the newest seconds does not reach back to all of it. */
async function publishMissed(room: OpenRoom): Promise<void> {
  const startMs = performance.now();
  for (let number = 1; number <= missed; number++) {
    // One after the other: the viewers check the order in which they were numbered.
    await room.publish(marked(number));
    await Bun.sleep(Math.max(0, startMs + (number * outageS * 1_000) / missed - performance.now()));
  }
}

interface Storm extends StormResult {
  readonly consumersMost: number;
  readonly pages: number;
}

/** A node dies with all its viewers, and another takes them in. */
async function storm(lab: Lab, protocol: "sse" | "ws", viewers: number): Promise<Storm> {
  const { context, programs, pinning } = lab;
  await using stack = new AsyncDisposableStack();
  const room = await openRoom(context.natsUrl, stack);
  // The crowd comes from one address, and the first time all at once; everything else is as in production.
  const variables = { CONNECTIONS_PER_ADDRESS_MAX: "50000" };
  const lost = await context.startApp("realtime", { ...variables, ACCEPTS_PER_SECOND: "1000000" });
  const survivor = await context.startApp("realtime", variables);
  await pinning.pinServer([lost.pid, survivor.pid]);
  const place = await room.publish("the last that all have seen");
  const pathSince = (since: string) =>
    `/rooms/${room.room}/${protocol === "sse" ? "events" : "ws"}?view=all${since}`;
  context.progress(`${viewers} viewers come in over ${protocol}`);
  const crowd = stack.use(
    await openStormCrowd({
      program: programs.fanLoad,
      pinning,
      protocol,
      viewers,
      spreadS,
      missed,
      port: Number(new URL(lost.url).port),
      path: pathSince(""),
    }),
  );
  lost.signal("SIGKILL");
  await lost.exited;
  await publishMissed(room);
  context.progress(`${viewers} viewers come back within ${spreadS} s over ${protocol}`);
  let consumersMost = 0;
  const endLooking = repeat(lookEveryMs, async () => {
    const answer = await fetch(`${context.natsMonitorUrl}/jsz`);
    consumersMost = Math.max(consumersMost, consumersSchema.parse(await answer.json()).consumers);
  });
  let number = missed;
  const endTalking = repeat(liveEveryMs, () => room.publish(marked(++number)));
  const result = await crowd.comeBack({
    port: Number(new URL(survivor.url).port),
    path: pathSince(`&since=${formatCursor(place)}`),
    pid: survivor.pid,
  });
  await endTalking();
  await endLooking();
  if (result.wrong > 0 || result.missing > 0)
    throw new Error(`${result.missing} deliveries are missing, ${result.wrong} came twice or out of order`);
  const pages = await nodeCounter(survivor.url, "log_pages");
  await survivor.stop();
  return { ...result, consumersMost, pages };
}

function measuresOf(name: string, result: Storm, viewers: number): Measure[] {
  // Smaller storms get the same numbers, and no verdict.
  const most = (bar: number) => (viewers >= viewersDefault ? { bar } : {});
  const all = viewers >= viewersDefault ? { atLeast: viewers } : {};
  return [
    { name: `${name}: caught up`, value: result.caughtUp, unit: "viewers, each event once", ...all },
    { name: `${name}: caught up, p50`, value: result.p50Ms, unit: "ms from the knock" },
    { name: `${name}: caught up, p99`, value: result.p99Ms, unit: "ms from the knock", ...most(2_000) },
    { name: `${name}: caught up, last`, value: result.maxMs, unit: "ms from the knock" },
    { name: `${name}: refused`, value: result.refused, unit: "knocks, tried again after 1 s" },
    {
      name: `${name}: pages of the log read`,
      value: result.pages,
      unit: "for all of them",
      ...most(pagesMax),
    },
    {
      name: `${name}: JetStream consumers, most`,
      value: result.consumersMost,
      unit: "at any moment",
      ...most(nodes * consumersPerNode),
    },
    { name: `${name}: CPU of the node`, value: result.cpuS / result.tookS, unit: "cores" },
    { name: `${name}: CPU of the viewers`, value: result.generatorCpuS / result.tookS, unit: "cores" },
  ];
}

async function run(context: ScenarioContext): Promise<readonly Measure[]> {
  const viewers = Math.max(...(context.viewers ?? [viewersDefault]));
  const lab = await openLab(context, viewers);
  const measures: Measure[] = [];
  for (const protocol of ["sse", "ws"] as const)
    measures.push(...measuresOf(`barrage ${protocol}`, await storm(lab, protocol, viewers), viewers));
  context.print(["There is no Postgres in this scenario: a push node has no connection to it."]);
  return measures;
}

/** A crowd that has lost its node comes back to another one. */
export const reconnectStorm: Scenario = {
  name: "reconnect-storm",
  title: `A crowd whose node was killed comes back to another within ${spreadS} s, ${missed} events behind`,
  run,
};
