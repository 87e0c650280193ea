import {
  type Database,
  enterLotteries,
  findEntryFacts,
  listPhraseSearches,
  movePhraseSearch,
  type NewEntry,
  type PhraseSearch,
} from "@barrage/db";
import { lacksOf } from "@barrage/domain";
import type { LogEntry, RoomLog } from "@barrage/platform";
import { roomEventSchema } from "@barrage/protocol";

interface PhraseEntriesDeps {
  readonly database: Database;
  readonly roomLog: Pick<RoomLog, "epoch" | "readAfter">;
  readonly newId: () => string;
}

/** Enters those who send a lottery's phrase as a danmaku. */
export interface PhraseEntries {
  /**
   * Works through what was said in the rooms of open phrase lotteries (or of one of them) since the last time, to the end
   * of the log. Cut off anywhere, it goes on there: an entry counts once, however often it is found.
   * @throws AppError `log_unavailable`, and what Postgres throws
   */
  search(lotteryId?: string): Promise<void>;
}

/** Somebody who said it, and when. */
interface Said {
  readonly userId: string;
  readonly atMs: number;
}

const pageEvents = 1_000;
const decoder = new TextDecoder();

/** The danmaku of a page that are the phrase: exactly it, both in the form in which danmaku are stored. */
function whoSaid(phrase: string, entries: readonly LogEntry[]): Said[] {
  return entries.flatMap(({ json }) => {
    const text = decoder.decode(json);
    // Most of a room's log is something else, and parsing is what costs.
    if (!text.includes('"danmaku.sent"')) return [];
    const parsed = roomEventSchema.safeParse(JSON.parse(text));
    if (!parsed.success || parsed.data.type !== "danmaku.sent") return [];
    const { at, by, data } = parsed.data;
    return data.text === phrase && by !== undefined ? [{ userId: by.id, atMs: at }] : [];
  });
}

/**
 * The log is read, and not consumed: a lottery remembers in its own row how far its room was searched, so that its close
 * can wait for the last danmaku in time, whoever searches and whoever was killed.
 */
export function createPhraseEntries({ database, roomLog, newId }: PhraseEntriesDeps): PhraseEntries {
  const { orm } = database;

  async function enter(search: PhraseSearch, said: readonly Said[]): Promise<void> {
    const first = new Map(said.toReversed().map((one) => [one.userId, one]));
    if (first.size === 0) return;
    const lotteryId = search.id;
    const facts = await findEntryFacts(
      orm,
      [...first.keys()].map((userId) => ({ lotteryId, userId })),
    );
    const entries = facts.flatMap(({ userId, ...known }): NewEntry[] => {
      const evidence = { ...known, sentPhrase: true };
      if (lacksOf(search.conditions, evidence).length > 0) return [];
      const { rulesVersion } = search;
      const atMs = first.get(userId)?.atMs ?? null;
      return [{ lotteryId, userId, entryId: newId(), rulesVersion, evidence, atMs }];
    });
    if (entries.length > 0) await enterLotteries(orm, entries);
  }

  async function searchOne(search: PhraseSearch): Promise<void> {
    const epoch = roomLog.epoch();
    // A log that was made anew has nothing of what was searched.
    let from = { epoch: search.epoch, seq: search.epoch === epoch ? search.seq : 0 };
    for (let complete = false; !complete; ) {
      const page = await roomLog.readAfter(search.roomId, { afterSeq: from.seq, limit: pageEvents });
      const last = page.entries.at(-1);
      if (last !== undefined) {
        await enter(search, whoSaid(search.conditions.phrase, page.entries));
        await movePhraseSearch(orm, search.id, { epoch, fromEpoch: from.epoch, seq: last.seq });
        from = { epoch, seq: last.seq };
      }
      complete = page.complete;
    }
  }

  return {
    async search(lotteryId) {
      for (const search of await listPhraseSearches(orm, lotteryId)) await searchOne(search);
    },
  };
}
