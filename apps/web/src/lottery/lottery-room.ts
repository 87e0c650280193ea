import type { Role } from "@barrage/protocol";

/** What a lottery's card has to know of its room. */
export interface LotteryRoom {
  readonly id: string;
  readonly host: { readonly id: string; readonly name: string };
  readonly following: boolean;
  readonly viewerRole: Role | null;
}
