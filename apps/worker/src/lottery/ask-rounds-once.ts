import type { BeaconRound } from "@barrage/domain";
import type { BeaconClient, MissingRound } from "@barrage/platform";

/** A beacon as one pass over the lotteries asks it. */
export interface PassBeacon {
  /** @throws the signal's reason once it aborts: what is missing then is not the beacon's fault. */
  readonly round: BeaconClient["round"];
  /** Whether it hangs: from then on nothing more is asked, and every round that is not known is missing. */
  isHanging(): boolean;
}

/** Asks for each round once, and for none any more after the first that was not answered in time. */
export function askRoundsOnce(beacon: BeaconClient, signal: AbortSignal): PassBeacon {
  const answers = new Map<string, BeaconRound | MissingRound>();
  let hanging: MissingRound | undefined;
  return {
    async round(chain, round) {
      const key = `${chain.publicKey} ${round}`;
      const answer = answers.get(key) ?? hanging ?? (await beacon.round(chain, round, signal));
      signal.throwIfAborted();
      answers.set(key, answer);
      if ("isHanging" in answer) hanging = answer;
      return answer;
    },
    isHanging: () => hanging !== undefined,
  };
}
