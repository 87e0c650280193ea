/** A way to publish. */
export interface Load {
  readonly name: string;
  readonly title: string;
  /** 0: the next message follows when all viewers have the last one. */
  readonly ratePerS: number;
  /** No message is published while so many have not reached everybody: what saturates is not buried. */
  readonly inFlightMax: number;
}

/** A quarter of a second's messages may be under way. */
const paced = (ratePerS: number): Load => ({
  name: `${ratePerS}/s`,
  title: `${ratePerS} messages a second`,
  ratePerS,
  inFlightMax: ratePerS / 4,
});

/** One write per message: nothing can be merged. */
export const oneAtATime: Load = {
  name: "one at a time",
  title: "one message at a time",
  ratePerS: 0,
  inFlightMax: 1,
};
/** A lively room. */
export const lively = paced(200);
/** A crowd's climax. */
export const climax = paced(1_000);

/** From the one that says most about a write to the one that says most about merging. */
export const loads: readonly Load[] = [oneAtATime, lively, climax];
