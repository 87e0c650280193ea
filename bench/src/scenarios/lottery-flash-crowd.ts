import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { migrateDatabase } from "@barrage/db";
import { verifyDraw } from "@barrage/domain";
import { createNativeHashing, newId } from "@barrage/platform";
import type { RunningApp } from "@barrage/scripts/apps";
import { startPostgres, startRedis } from "@barrage/scripts/services";
import { RedisClient } from "bun";
import { createHistogram, type Histogram } from "../crowd/histogram.ts";
import { createRandom } from "../crowd/random.ts";
import { createApiClient } from "../crowd/senders/api-client.ts";
import { usageOf } from "../harness/process-usage.ts";
import type { Measure, Scenario, ScenarioContext } from "../harness/scenario.ts";
import { addCrowd, type CrowdMember, poolUsers } from "./lottery-crowd.ts";

const userCount = 50_000;
const doubledShare = 0.3;
const withinMs = 10_000;
const apiCount = 2;
const requestDeadlineMs = 60_000;
const drawDeadlineMs = 60_000;

const pause = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));

/** The servers and apps of the scenario. */
interface Stage {
  readonly databaseUrl: string;
  readonly redisUrl: string;
  readonly apis: readonly RunningApp[];
}

async function setStage(context: ScenarioContext, stack: AsyncDisposableStack): Promise<Stage> {
  const dataDir = mkdtempSync(join(tmpdir(), "barrage-bench-lottery-"));
  stack.defer(() => rmSync(dataDir, { recursive: true, force: true }));
  const server = (name: string) => ({ dataDir: join(dataDir, name), removeDataDirWhenOrphaned: true });
  const postgres = await startPostgres(server("postgres"));
  stack.defer(() => postgres.stop());
  // One of its own: it is emptied in the middle.
  const redis = await startRedis(server("redis"));
  stack.defer(() => redis.stop());
  await migrateDatabase(postgres.url);
  const variables = {
    DATABASE_URL: postgres.url,
    REDIS_URL: redis.url,
    WEB_ORIGINS: "http://web.bench",
    REALTIME_URL: "http://realtime.bench",
    LOG_LEVEL: "info",
    S3_ENDPOINT: "http://127.0.0.1:9",
    S3_ACCESS_KEY_ID: "unused",
    S3_SECRET_ACCESS_KEY: "unused",
  };
  const apis = await Promise.all(Array.from({ length: apiCount }, () => context.startApp("api", variables)));
  await context.startApp("worker", variables);
  return { databaseUrl: postgres.url, redisUrl: redis.url, apis };
}

/** What became of the crowd's requests. */
interface Outcome {
  readonly acknowledged: Set<string>;
  readonly latency: Histogram;
  readonly refusals: Map<string, number>;
  lastAnswerMs: number;
}

/** One request, as a browser's: its latency counts from when it was due, so that a queue in here is not hidden. */
async function enter(
  url: string,
  member: CrowdMember,
  lottery: { id: string; dueMs: number; outcome: Outcome },
) {
  const { id, dueMs, outcome } = lottery;
  try {
    const response = await fetch(`${url}/trpc/lottery.enter`, {
      method: "POST",
      headers: {
        "content-type": "application/json",
        "x-barrage-client": "bench",
        authorization: `Bearer ${member.token}`,
      },
      body: JSON.stringify({ id }),
      signal: AbortSignal.timeout(requestDeadlineMs),
    });
    const body = await response.text();
    if (response.ok) outcome.acknowledged.add(member.id);
    else countRefusal(outcome, `${response.status} ${body.slice(0, 200)}`);
  } catch (error) {
    countRefusal(outcome, String(error));
  }
  outcome.lastAnswerMs = performance.now();
  outcome.latency.record((outcome.lastAnswerMs - dueMs) * 1_000);
}

function countRefusal({ refusals }: Outcome, why: string): void {
  refusals.set(why, (refusals.get(why) ?? 0) + 1);
}

/** Everybody once and some twice, at random moments of the time; half of it in, Redis loses everything. */
async function rush(
  stage: Stage,
  crowd: readonly CrowdMember[],
  id: string,
): Promise<Outcome & { tookS: number }> {
  const random = createRandom(4);
  const doubled = crowd.filter(() => random() < doubledShare);
  const requests = [...crowd, ...doubled]
    .map((member) => ({ member, atMs: random() * withinMs, node: Math.floor(random() * apiCount) }))
    .toSorted((left, right) => left.atMs - right.atMs);
  const outcome: Outcome = {
    acknowledged: new Set(),
    latency: createHistogram(),
    refusals: new Map(),
    lastAnswerMs: 0,
  };
  const redis = new RedisClient(stage.redisUrl);
  let isEmptied = false;
  const startMs = performance.now();
  const answers: Promise<void>[] = [];
  for (const { member, atMs, node } of requests) {
    const dueMs = startMs + atMs;
    if (dueMs > performance.now()) await pause(dueMs - performance.now());
    if (!isEmptied && atMs > withinMs / 2) {
      isEmptied = true;
      await redis.send("FLUSHALL", []);
    }
    answers.push(enter(stage.apis[node]?.url ?? "", member, { id, dueMs, outcome }));
  }
  await Promise.all(answers);
  redis.close();
  return { ...outcome, tookS: (outcome.lastAnswerMs - startMs) / 1_000 };
}

async function openLottery(url: string) {
  const name = `host_${newId().slice(-12)}`;
  const { token } = await createApiClient(url).users.register.mutate({ name, password: "a good password" });
  const host = createApiClient(url, token ?? "");
  const { id: room } = await host.rooms.create.mutate({ title: "Flash crowd" });
  await host.rooms.start.mutate({ id: room });
  const prizes = [{ name: "Star", count: 100 }];
  const { id } = await host.lottery.create.mutate({ room, title: "Rush", prizes, closesInMs: null });
  return { host, id };
}

type Opened = Awaited<ReturnType<typeof openLottery>>;

/** Closes, waits for the result, and verifies it. @returns how long the result took, in seconds */
async function drawAndVerify({ host, id }: Opened, acknowledged: number): Promise<number> {
  const startMs = performance.now();
  await host.lottery.close.mutate({ id });
  while ((await host.lottery.get.query({ id })).state !== "drawn") {
    if (performance.now() - startMs > drawDeadlineMs) throw new Error("the lottery was not drawn");
    await pause(100);
  }
  const tookS = (performance.now() - startMs) / 1_000;
  const report = await verifyDraw(await host.lottery.record.query({ id }), {
    hashing: createNativeHashing(),
  });
  if (!report.ok || report.record?.count !== acknowledged) {
    throw new Error(`the record does not verify: ${JSON.stringify(report.checks)}`);
  }
  return tookS;
}

async function measure(context: ScenarioContext): Promise<readonly Measure[]> {
  await using stack = new AsyncDisposableStack();
  const { progress } = context;
  const stage = await setStage(context, stack);
  progress(`making ${userCount} accounts`);
  const crowd = await addCrowd(stage.databaseUrl, userCount);
  const opened = await openLottery(stage.apis[0]?.url ?? "");
  const cpuOf = () => stage.apis.reduce((sum, { pid }) => sum + usageOf(pid).cpuS, 0);
  const [apiBeforeS, ownBeforeS] = [cpuOf(), usageOf(process.pid).cpuS];
  progress("entering");
  const outcome = await rush(stage, crowd, opened.id);
  const [apiCpuS, ownCpuS] = [cpuOf() - apiBeforeS, usageOf(process.pid).cpuS - ownBeforeS];
  const { acknowledged, latency, refusals, tookS } = outcome;

  const pool = await poolUsers(stage.databaseUrl, opened.id);
  const lost = acknowledged.difference(new Set(pool)).size;
  if (lost > 0 || new Set(pool).size !== pool.length) {
    throw new Error(`${lost} acknowledged entries are not in the pool of ${pool.length}`);
  }
  for (const [why, count] of refusals) console.error(`${count} refused: ${why}`);
  progress("drawing");
  const drawS = await drawAndVerify(opened, pool.length);
  return [
    { name: "acknowledged", value: acknowledged.size, unit: `of ${userCount} users` },
    { name: "requests", value: latency.count / tookS, unit: "per s" },
    { name: "entries", value: acknowledged.size / tookS, unit: "per s" },
    { name: "answer p50", value: latency.quantileMs(0.5), unit: "ms" },
    { name: "answer p99", value: latency.quantileMs(0.99), unit: "ms" },
    { name: "api CPU", value: (apiCpuS * 1e6) / latency.count, unit: "s per million requests" },
    // Beyond some 0.8 cores the latencies are the crowd's own.
    { name: "crowd's CPU", value: ownCpuS / tookS, unit: "cores" },
    { name: "close to result", value: drawS, unit: "s" },
  ];
}

/** A crowd that enters at once, through the real api, with doubled requests and a Redis that is emptied. */
export const lotteryFlashCrowd: readonly Scenario[] = [
  {
    name: "lottery-flash-crowd",
    title: `${userCount} users enter a lottery within ${withinMs / 1_000} s, ${doubledShare * 100} % twice, over ${apiCount} apis`,
    run: measure,
  },
];
