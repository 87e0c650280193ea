import type { LotteryRow, LotteryState, StandingRow } from "@barrage/db";
import { type Lack, trustSentence } from "@barrage/domain";
import type { LotteryConditions, LotteryFace, LotteryPrize, LotteryTrust } from "@barrage/protocol";

/** Where the one who asks stands. */
export interface LotteryStanding {
  readonly entered: boolean;
  /** Whether they could enter now; null when nobody can any more. */
  readonly eligible: boolean | null;
  readonly lacks: readonly Pick<Lack, "condition" | "message">[];
  readonly won: { readonly prizeId: string; readonly rank: number } | null;
}

/** A lottery as clients see it. Times in milliseconds since 1970, hashes as hex. */
export interface LotteryView {
  readonly id: string;
  readonly room: string;
  readonly session: string;
  readonly title: string;
  readonly prizes: readonly LotteryPrize[];
  readonly conditions: LotteryConditions;
  readonly state: LotteryState;
  readonly opensAtMs: number;
  /** Null: closed by hand. */
  readonly closesAtMs: number | null;
  readonly closedAtMs: number | null;
  readonly drawnAtMs: number | null;
  readonly entries: number;
  readonly commit: string;
  /** Null until the pool is sealed. */
  readonly root: string | null;
  readonly trust: {
    readonly level: LotteryTrust;
    readonly sentence: string;
    /** The beacon's round that the draw waits for; null without a beacon and before the seal. */
    readonly beaconRound: number | null;
  };
  /** Null for an anonymous caller. */
  readonly me: LotteryStanding | null;
  readonly cancelReason: string | null;
}

/** What the draw of a lottery can be trusted for. */
export function trustOf({ beacon }: Pick<LotteryRow, "beacon">): LotteryTrust {
  return beacon === null ? "commit" : "drand";
}

/** The view of a lottery. */
export function toLotteryView(
  row: LotteryRow,
  extra: { readonly entries: number; readonly me: LotteryStanding | null },
): LotteryView {
  const level = trustOf(row);
  const closed = row.state === "open" || row.state === "cancelled" ? null : row.closesAt;
  return {
    id: row.id,
    room: row.roomId,
    session: row.sessionId,
    title: row.title,
    prizes: row.prizes,
    conditions: row.conditions,
    state: row.state,
    opensAtMs: row.opensAt.getTime(),
    closesAtMs: row.closesAt?.getTime() ?? null,
    closedAtMs: closed?.getTime() ?? null,
    drawnAtMs: row.drawnAt?.getTime() ?? null,
    entries: extra.entries,
    commit: row.commit,
    root: row.root,
    trust: { level, sentence: trustSentence(level), beaconRound: row.beacon?.round ?? null },
    me: extra.me,
    cancelReason: row.cancelReason,
  };
}

/** A lottery's face for its events. */
export function toLotteryFace(row: LotteryRow): LotteryFace {
  return {
    id: row.id,
    title: row.title,
    prizes: [...row.prizes],
    conditions: row.conditions,
    opensAtMs: row.opensAt.getTime(),
    closesAtMs: row.closesAt?.getTime() ?? null,
    commit: row.commit,
    trust: trustOf(row),
  };
}

/** Where a user stands, from what Postgres has and what they lack. */
export function toStanding(row: LotteryRow, standing: StandingRow, lacks: readonly Lack[]): LotteryStanding {
  const { entered, isModeration, won } = standing;
  const canEnter = !isModeration && lacks.length === 0;
  return {
    entered,
    eligible: row.state === "open" ? entered || canEnter : null,
    lacks: entered || isModeration ? [] : lacks.map(({ condition, message }) => ({ condition, message })),
    won,
  };
}
