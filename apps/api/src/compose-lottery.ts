import { randomBytes } from "node:crypto";
import type { BucketRule } from "@barrage/domain";
import { createNativeHashing } from "@barrage/platform";
import type { FeatureGate } from "./feature-gate.ts";
import { createEntryCounts } from "./features/lottery/entry-counts.ts";
import { createEntryDesk } from "./features/lottery/entry-desk.ts";
import { createEntryService } from "./features/lottery/entry-service.ts";
import { createEvidenceService } from "./features/lottery/evidence-service.ts";
import { createHostService } from "./features/lottery/host-service.ts";
import { createLotteryFinder } from "./features/lottery/lottery-finder.ts";
import type { LotteryRouterDeps } from "./features/lottery/lottery-router.ts";
import { createPoolTrees } from "./features/lottery/pool-trees.ts";
import { createReadService } from "./features/lottery/read-service.ts";
import type { Infrastructure } from "./infrastructure.ts";
import type { RoomAccess } from "./room-access/room-access.ts";
import type { RoomChanges } from "./room-access/room-changes.ts";
import type { RoomPolicies } from "./room-access/room-policies.ts";
import type { WatchGate } from "./room-access/watch-gate.ts";

/** What lotteries share with their rooms. */
export interface LotteryParts {
  readonly changes: RoomChanges;
  readonly policies: RoomPolicies;
  readonly access: RoomAccess;
  readonly gate: WatchGate;
  /** Counts one. @throws AppError `rate_limited` */
  readonly take: (key: string, rule: BucketRule) => Promise<void>;
  readonly requireFeature: FeatureGate;
  readonly newId: () => string;
  readonly now: () => number;
}

/** Heartbeats of watching come every 30 s; a few tabs and reloads more are nothing to refuse. */
const beats: BucketRule = { capacity: 6, refillMs: 10_000 };
/** Records and proofs: somebody who looks twice, not somebody who mirrors. */
const downloads: BucketRule = { capacity: 10, refillMs: 6_000 };

/** Wires up `lottery.*`. */
export function composeLottery(
  { config, database, roomLog }: Infrastructure,
  parts: LotteryParts,
): LotteryRouterDeps {
  const { take } = parts;
  const hashing = createNativeHashing();
  const finder = createLotteryFinder({ database, ...parts });
  const counts = createEntryCounts({ database, now: parts.now });
  const shared = { database, hashing, finder, counts, ...parts };
  const beaconChain =
    config.beaconUrl === undefined
      ? null
      : {
          publicKey: config.beaconKey,
          genesisSeconds: config.beaconGenesisSeconds,
          periodSeconds: config.beaconPeriodSeconds,
        };
  return {
    hosting: createHostService({
      ...shared,
      randomBytes: (count) => new Uint8Array(randomBytes(count)),
      beaconChain,
      endOfLog: async (roomId) => ({ epoch: roomLog.epoch(), seq: await roomLog.lastSeq(roomId) }),
    }),
    entering: createEntryService({
      ...shared,
      desk: createEntryDesk(shared),
      takeBeat: (userId) => take(`lottery-watching:${userId}`, beats),
    }),
    reading: createReadService(shared),
    evidence: createEvidenceService({
      ...shared,
      trees: createPoolTrees({ database, hashing }),
      takeDownload: ({ userId, clientAddress }) =>
        take(`lottery-download:${userId ?? clientAddress}`, downloads),
    }),
  };
}
