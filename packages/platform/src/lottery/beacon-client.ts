import { type BeaconChain, type BeaconRound, beaconRoundSchema } from "@barrage/domain";
import { z } from "zod";
import { verifyBeaconRound } from "./beacon-signature.ts";

/** Why a round can't be had now. */
export interface MissingRound {
  readonly missing: string;
  /** Nothing came within the deadline: to ask on, for another round too, is likely to cost as much again. */
  readonly isHanging?: true;
}

/** Asks a drand endpoint for rounds. */
export interface BeaconClient {
  /**
   * A round of `chain`, its signature verified; a word on why it can't be had now otherwise. Never throws.
   * An endpoint is not trusted: it can be late, and cannot lie. `signal` ends the wait for it.
   */
  round(chain: BeaconChain, round: number, signal?: AbortSignal): Promise<BeaconRound | MissingRound>;
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
  async function ask(round: number, signal: AbortSignal): Promise<unknown> {
    const response = await fetch(`${url}/public/${round}`, { signal, redirect: "error" });
    if (response.status !== 200) throw new Error(`the endpoint answered ${response.status}`);
    return JSON.parse(await textUpTo(response, answerBytesMax));
  }

  return {
    async round(chain, wanted, signal) {
      const deadline = AbortSignal.timeout(deadlineMs);
      try {
        const ending = signal === undefined ? deadline : AbortSignal.any([deadline, signal]);
        const answer = answerSchema.parse(await ask(wanted, ending));
        if (answer.round !== wanted) return { missing: "the endpoint answered another round" };
        if (!verifyBeaconRound(chain, answer)) return { missing: "the round is not signed by the chain" };
        return answer;
      } catch (error) {
        const missing = error instanceof Error ? error.message : String(error);
        return deadline.aborted ? { missing, isHanging: true } : { missing };
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
