import { hashHexSchema, idSchema } from "@barrage/protocol";
import { z } from "zod";
import { type Hashing, utf8 } from "./hashing.ts";
import { verifyMerkleProof } from "./merkle-tree.ts";

/** A viewer's own proof: their entry's place in the pool, and the way from it to the root. */
export const entryProofSchema = z.strictObject({
  entryId: idSchema,
  index: z.int().nonnegative(),
  count: z.int().positive(),
  root: hashHexSchema,
  steps: z.array(z.strictObject({ side: z.enum(["left", "right"]), hash: hashHexSchema })).max(64),
});

/** A viewer's own proof. */
export type EntryProof = z.infer<typeof entryProofSchema>;

/** Whether a proof leads from its entry to its root. That the root is the published one, the caller compares. */
export async function verifyEntryProof(proof: EntryProof, hashing: Hashing): Promise<boolean> {
  return verifyMerkleProof(
    {
      leaf: utf8(proof.entryId),
      steps: proof.steps.map(({ side, hash }) => ({ side, hash: Uint8Array.fromHex(hash) })),
      root: Uint8Array.fromHex(proof.root),
    },
    hashing,
  );
}
