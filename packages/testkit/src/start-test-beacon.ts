import { createHash } from "node:crypto";
import { bls12_381 } from "@noble/curves/bls12-381.js";

/** One round, as a drand endpoint answers it. */
export interface SignedRound {
  readonly round: number;
  /** 96 hexadecimal digits. */
  readonly signature: string;
  readonly randomness: string;
}

/** A drand chain of the tests' own (scheme `bls-unchained-g1-rfc9380`), really signed, with an endpoint. */
export interface TestBeacon extends AsyncDisposable {
  readonly url: string;
  readonly chain: {
    readonly publicKey: string;
    readonly genesisSeconds: number;
    readonly periodSeconds: number;
  };
  readonly sign: (round: number) => SignedRound;
  /** While held, the endpoint answers 425 to every round, as drand does to one of the future. */
  hold(isHeld: boolean): void;
}

interface TestBeaconOptions {
  /** Tells one chain from another: the same byte is the same key. */
  readonly keyByte?: number;
  readonly periodSeconds?: number;
}

const domainSeparation = "BLS_SIG_BLS12381G1_XMD:SHA-256_SSWU_RO_NUL_";

/** Starts one on a port of its own. */
export function startTestBeacon({ keyByte = 7, periodSeconds = 1 }: TestBeaconOptions = {}): TestBeacon {
  const { shortSignatures } = bls12_381;
  const secret = new Uint8Array(32).fill(keyByte);
  const publicKey = shortSignatures.getPublicKey(secret).toBytes(true).toHex();
  let isHeld = false;

  function sign(round: number): SignedRound {
    const number = Buffer.alloc(8);
    number.writeBigUInt64BE(BigInt(round));
    const digest = new Uint8Array(createHash("sha256").update(number).digest());
    const message = shortSignatures.hash(digest, domainSeparation);
    const signature = shortSignatures.sign(message, secret).toBytes(true).toHex();
    const randomness = createHash("sha256").update(Uint8Array.fromHex(signature)).digest("hex");
    return { round, signature, randomness };
  }

  const server = Bun.serve({
    hostname: "127.0.0.1",
    port: 0,
    routes: {
      "/chain/public/:round": ({ params }) =>
        isHeld ? new Response("too early", { status: 425 }) : Response.json(sign(Number(params.round))),
    },
    fetch: () => new Response(null, { status: 404 }),
  });
  return {
    url: `http://127.0.0.1:${server.port}/chain`,
    chain: { publicKey, genesisSeconds: 1_700_000_000, periodSeconds },
    sign,
    hold: (held) => void (isHeld = held),
    [Symbol.asyncDispose]: () => server.stop(true),
  };
}
