import {
  type AuditAction,
  type Database,
  findEntryFacts,
  type LotteryRow,
  listAudit,
  listLotteriesEntered,
  listLotteriesOfRoom,
  listStandings,
  listWinners,
} from "@barrage/db";
import { lacksOf } from "@barrage/domain";
import { AppError, idSchema, type LotteryWinner } from "@barrage/protocol";
import { z } from "zod";
import { createPageCursor } from "../../paging/page-cursor.ts";
import type { Visitor } from "../../room-access/room-access.ts";
import type { WatchGate } from "../../room-access/watch-gate.ts";
import type { EntryCounts } from "./entry-counts.ts";
import type { LotteryFinder } from "./lottery-finder.ts";
import { type LotteryView, toLotteryView, toStanding } from "./lottery-view.ts";

/** Which page of a list. */
export interface PageQuery {
  readonly cursor?: string | undefined;
  readonly limit: number;
}

/** A page of lotteries, the newest first. */
export interface LotteryListPage {
  readonly items: readonly LotteryView[];
  readonly nextCursor: string | null;
}

/** A line of a lottery's public record. */
export interface AuditView {
  /** Milliseconds since 1970. */
  readonly at: number;
  /** Who did it, with their role then; null: the server itself, because it was time. */
  readonly by: unknown;
  readonly action: AuditAction;
  readonly detail: unknown;
}

/** Looking at lotteries. Everything about a lottery may be seen by whoever may watch its room. */
export interface ReadService {
  /** @throws AppError `lottery_not_found`, and what {@link WatchGate} throws; so do all that take an id */
  get(id: string, visitor: Visitor): Promise<LotteryView>;
  listByRoom(roomId: string, visitor: Visitor, page: PageQuery): Promise<LotteryListPage>;
  /** The lotteries that a user is in. */
  mine(userId: string, page: PageQuery): Promise<LotteryListPage>;
  /** Empty until the result is there. */
  winners(id: string, visitor: Visitor): Promise<readonly LotteryWinner[]>;
  audit(id: string, visitor: Visitor): Promise<readonly AuditView[]>;
}

interface ReadServiceDeps {
  readonly database: Database;
  readonly finder: LotteryFinder;
  readonly gate: WatchGate;
  readonly counts: EntryCounts;
}

const listCursor = createPageCursor(z.strictObject({ id: idSchema }));

async function viewsOf(
  { database: { orm }, counts }: ReadServiceDeps,
  rows: readonly LotteryRow[],
  userId: string | null,
): Promise<LotteryView[]> {
  const ids = rows.map(({ id }) => id);
  const keys = userId === null ? [] : ids.map((lotteryId) => ({ lotteryId, userId }));
  const [standings, facts] = await Promise.all([
    userId === null ? [] : listStandings(orm, userId, ids),
    keys.length === 0 ? [] : findEntryFacts(orm, keys),
  ]);
  return Promise.all(
    rows.map(async (row) => {
      const standing = standings.find(({ lotteryId }) => lotteryId === row.id);
      const known = facts.find(({ lotteryId }) => lotteryId === row.id);
      const lacks = known === undefined ? [] : lacksOf(row.conditions, { ...known, sentPhrase: false });
      return toLotteryView(row, {
        entries: row.entryCount ?? (await counts.get(row.id)),
        me: standing === undefined ? null : toStanding(row, standing, lacks),
      });
    }),
  );
}

type PageReader = (part: { before: string | undefined; limit: number }) => Promise<readonly LotteryRow[]>;

async function readPage(
  query: PageQuery,
  read: PageReader,
): Promise<{ readonly rows: readonly LotteryRow[]; readonly nextCursor: string | null }> {
  const before = query.cursor === undefined ? undefined : listCursor.read(query.cursor).id;
  const found = await read({ before, limit: query.limit + 1 });
  const rows = found.slice(0, query.limit);
  const last = found.length > query.limit ? rows.at(-1) : undefined;
  return {
    rows,
    nextCursor: last === undefined ? null : listCursor.write({ id: last.id }),
  };
}

/** Makes the service. */
export function createReadService(deps: ReadServiceDeps): ReadService {
  const { finder } = deps;
  const { orm } = deps.database;

  async function admitted(id: string, visitor: Visitor): Promise<LotteryRow> {
    const row = await finder.current(id);
    await finder.show(row, visitor);
    return row;
  }

  async function page(query: PageQuery, userId: string | null, read: PageReader): Promise<LotteryListPage> {
    const { rows, nextCursor } = await readPage(query, read);
    return { items: await viewsOf(deps, rows, userId), nextCursor };
  }

  return {
    async get(id, visitor) {
      const [view] = await viewsOf(deps, [await admitted(id, visitor)], visitor.userId);
      if (view === undefined) throw new AppError("lottery_not_found");
      return view;
    },

    async listByRoom(roomId, visitor, query) {
      await deps.gate.enter(roomId, visitor);
      return page(query, visitor.userId, (part) => listLotteriesOfRoom(orm, { roomId, ...part }));
    },

    mine: (userId, query) => page(query, userId, (part) => listLotteriesEntered(orm, { userId, ...part })),

    async winners(id, visitor) {
      await admitted(id, visitor);
      const winners = await listWinners(orm, id);
      return winners.map(({ prizeId, prizeName, rank, user }) => ({ prizeId, prizeName, rank, user }));
    },

    async audit(id, visitor) {
      await admitted(id, visitor);
      const rows = await listAudit(orm, id);
      return rows.map(({ at, by, action, detail }) => ({ at: at.getTime(), by, action, detail }));
    },
  };
}
