import type { LotteryConditions, LotteryPrize, LotteryTrust } from "@barrage/protocol";

/** A lottery as the api answers it. */
export interface LotteryView {
  readonly id: string;
  readonly room: string;
  readonly session: string;
  readonly title: string;
  readonly prizes: LotteryPrize[];
  readonly conditions: LotteryConditions;
  readonly state: "open" | "closed" | "delayed" | "drawn" | "cancelled";
  readonly opensAtMs: number;
  readonly closesAtMs: number | null;
  readonly closedAtMs: number | null;
  readonly drawnAtMs: number | null;
  readonly entries: number;
  readonly commit: string;
  readonly root: string | null;
  readonly trust: {
    readonly level: LotteryTrust;
    readonly sentence: string;
    readonly beaconRound: number | null;
  };
  readonly me: {
    readonly entered: boolean;
    readonly eligible: boolean | null;
    readonly lacks: readonly { readonly condition: keyof LotteryConditions; readonly message: string }[];
    readonly won: { readonly prizeId: string; readonly rank: number } | null;
  } | null;
  readonly cancelReason: string | null;
}
