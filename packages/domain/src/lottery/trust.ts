import type { LotteryTrust } from "@barrage/protocol";

const sentences: Record<LotteryTrust, string> = {
  commit:
    "The seed was fixed before anybody entered and the entries before the seed was shown, so the result was not " +
    "changed after the close; it does not prove that a server which knows the seed let everybody in or nobody slip in.",
  drand:
    "The entries were published before a public beacon's number existed that the draw is made from, so nobody, the " +
    "server included, could know the winners before the close; it does not prove that every entry was let in.",
};

/** What a trust level does and does not prove, in one plain sentence. */
export function trustSentence(level: LotteryTrust): string {
  return sentences[level];
}
