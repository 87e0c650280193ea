/** A prize and how many of it there are. */
export interface Prize {
  readonly id: string;
  readonly count: number;
}

/** Who won what. `rank` counts from 1 within one prize. */
export interface Win {
  readonly prizeId: string;
  readonly rank: number;
  readonly entryId: string;
}

/**
 * Hands the prizes out along the ranking: all of the first prize, then all of the second, and so on. Nobody wins
 * twice; with fewer entries than prizes, the last prizes stay.
 */
export function assignPrizes(ranking: readonly string[], prizes: readonly Prize[]): Win[] {
  let next = 0;
  return prizes.flatMap(({ id, count }) => {
    const winners = ranking.slice(next, next + count);
    next += winners.length;
    return winners.map((entryId, index) => ({ prizeId: id, rank: index + 1, entryId }));
  });
}
