import { type Database, listHotRooms, updateHotScores } from "@barrage/db";
import { hotScore } from "@barrage/domain";
import type { Logger } from "@barrage/platform";
import { every } from "../leader/every.ts";
import type { Job } from "../leader/job.ts";

interface HotRankingDeps {
  readonly database: Database;
  readonly logger: Logger;
  readonly periodMs?: number;
}

const minuteMs = 60_000;
const talkMs = 15_000;
/** More are not ranked anew in one round: those beyond have next to no viewers. */
const roomsMax = 5_000;

/** Ranks the live rooms for the home page: every 10 s, each score that changed goes to Postgres. */
export function createHotRanking({ database, logger, periodMs = 10_000 }: HotRankingDeps): Job {
  async function rank(): Promise<void> {
    const rooms = await listHotRooms(database.orm, { talkMs, limit: roomsMax });
    const scores = rooms.map(({ roomId, viewers, liveMs, messages, score }) => {
      const danmakuPerMinute = (messages * minuteMs) / talkMs;
      return { roomId, score: hotScore({ viewers, danmakuPerMinute, liveMs }), before: score };
    });
    await updateHotScores(
      database.orm,
      scores.filter(({ score, before }) => score !== before),
    );
  }

  return {
    name: "hot ranking",
    async run(signal) {
      await every(periodMs, signal, async () => {
        try {
          await rank();
        } catch (error) {
          logger.warn({ error }, "rooms can't be ranked now: trying again");
        }
      });
    },
  };
}
