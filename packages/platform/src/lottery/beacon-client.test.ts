import { describe, expect, test } from "bun:test";
import { startTestBeacon } from "@barrage/testkit";
import { createBeaconClient } from "./beacon-client.ts";
import { verifyBeaconRound } from "./beacon-signature.ts";

function serve(answer: (round: number) => Response | Promise<Response>) {
  const server = Bun.serve({
    hostname: "127.0.0.1",
    port: 0,
    fetch: (request) => answer(Number(new URL(request.url).pathname.split("/").at(-1))),
  });
  return { url: `http://127.0.0.1:${server.port}/chain`, [Symbol.asyncDispose]: () => server.stop(true) };
}

describe("a beacon round", () => {
  test("of drand's own quicknet verifies, and not as another round", () => {
    // Round 1000 of quicknet, as published in drand's documentation.
    const chain = {
      publicKey:
        "83cf0f2896adee7eb8b5f01fcad3912212c437e0073e911fb90022d3e760183c8c4b450b6a0a6c3ac6a5776a2d1064510d1fec758c921cc22b0e17e63aaf4bcb5ed66304de9cf809bd274ca73bab4af5a6e9c76a4bc09e76eae8991ef5ece45a",
      genesisSeconds: 1_692_803_367,
      periodSeconds: 3,
    };
    const round = {
      round: 1_000,
      signature:
        "b44679b9a59af2ec876b1a6b1ad52ea9b1615fc3982b19576350f93447cb1125e342b73a8dd2bacbe47e4b6b63ed5e39",
      randomness: "fe290beca10872ef2fb164d2aa4442de4566183ec51c56ff3cd603d930e54fdd",
    };
    expect(verifyBeaconRound(chain, round)).toBe(true);
    expect(verifyBeaconRound(chain, { ...round, round: 1_001 })).toBe(false);
    expect(verifyBeaconRound(chain, { ...round, randomness: "00".repeat(32) })).toBe(false);
    expect(verifyBeaconRound(chain, { ...round, signature: "00".repeat(48) })).toBe(false);
  });

  test("is had from an endpoint when the chain signed it", async () => {
    await using beacon = startTestBeacon();
    expect(await createBeaconClient(beacon).round(beacon.chain, 42)).toEqual(beacon.sign(42));
  });

  test("is missing, with a reason, while it is not there, late, another one, forged, too long or unreachable", async () => {
    await using honest = startTestBeacon();
    await using forger = startTestBeacon({ keyByte: 8 });
    const { chain, sign } = honest;
    const never = Promise.withResolvers<Response>();
    const answers: readonly ((round: number) => Response | Promise<Response>)[] = [
      () => new Response("too early", { status: 425 }),
      () => never.promise,
      (round) => Response.json(sign(round + 1)),
      (round) => Response.json(forger.sign(round)),
      (round) => Response.json({ ...sign(round), padding: "x".repeat(10_000) }),
      () => new Response("<html>"),
      () => Response.redirect("http://127.0.0.1:1/"),
    ];
    for (const answer of answers) {
      await using endpoint = serve(answer);
      const client = createBeaconClient({ url: endpoint.url, deadlineMs: 200 });
      expect(await client.round(chain, 42)).toMatchObject({ missing: expect.any(String) });
    }
    const gone = createBeaconClient({ url: "http://127.0.0.1:1/chain" });
    expect(await gone.round(chain, 42)).toEqual({ missing: expect.any(String) });
    never.resolve(new Response());
  }, 20_000);

  test("is said to hang when nothing came in time, and is not waited for past a stop", async () => {
    const never = Promise.withResolvers<Response>();
    await using endpoint = serve(() => never.promise);
    const chain = { publicKey: "ab".repeat(96), genesisSeconds: 1_700_000_000, periodSeconds: 1 };
    const hanging = createBeaconClient({ url: endpoint.url, deadlineMs: 200 });
    expect(await hanging.round(chain, 42)).toEqual({ missing: expect.any(String), isHanging: true });
    const patient = createBeaconClient({ url: endpoint.url, deadlineMs: 600_000 });
    const stopping = new AbortController();
    const asked = patient.round(chain, 42, stopping.signal);
    stopping.abort();
    expect(await asked).toEqual({ missing: expect.any(String) });
    never.resolve(new Response());
  }, 20_000);
});
