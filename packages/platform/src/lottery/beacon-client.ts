import { type BeaconChain, type BeaconRound, beaconRoundSchema } from "@barrage/domain";
import { z } from "zod";
import { verifyBeaconRound } from "./beacon-signature.ts";

/** Asks a drand endpoint for rounds. */
export interface BeaconClient {
  /**
   * A round of `chain`, its signature verified; a word on why it can't be had now otherwise. Never throws.
   * An endpoint is not trusted: it can be late, and cannot lie.
   */
  round(chain: BeaconChain, round: number): Promise<BeaconRound | { readonly missing: string }>;
}

interface BeaconClientOptions {
  /** The chain's base address: `https://api.drand.sh/<chain hash>`. */
  readonly url: string;
  readonly deadlineMs?: number;
}

const answerBytesMax = 4_096;
// The endpoint adds fields of its own.
const answerSchema = z.object(beaconRoundSchema.shape);

/** Makes the client. It holds nothing open. */
export function createBeaconClient({ url, deadlineMs = 3_000 }: BeaconClientOptions): BeaconClient {
  async function ask(round: number): Promise<unknown> {
    const response = await fetch(`${url}/public/${round}`, {
      signal: AbortSignal.timeout(deadlineMs),
      redirect: "error",
    });
    if (response.status !== 200) throw new Error(`the endpoint answered ${response.status}`);
    return JSON.parse(await textUpTo(response, answerBytesMax));
  }

  return {
    async round(chain, wanted) {
      try {
        const answer = answerSchema.parse(await ask(wanted));
        if (answer.round !== wanted) return { missing: "the endpoint answered another round" };
        if (!verifyBeaconRound(chain, answer)) return { missing: "the round is not signed by the chain" };
        return answer;
      } catch (error) {
        return { missing: error instanceof Error ? error.message : String(error) };
      }
    },
  };
}

async function textUpTo(response: Response, bytesMax: number): Promise<string> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of response.body ?? []) {
    bytes += chunk.length;
    if (bytes > bytesMax) throw new Error("the endpoint's answer is too long");
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString();
}
