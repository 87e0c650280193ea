import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from "bun:test";
import { busTopics, newId, type TicketHolder } from "@barrage/platform";
import { errorBodySchema, type RoomEvent } from "@barrage/protocol";
import { waitFor } from "@barrage/testkit";
import { startTestWorld, type TestNode, type TestWorld } from "../testing/test-world.ts";
import { type TestViewer, watchBy, watchSse } from "../testing/viewers.ts";

setDefaultTimeout(20_000);

/** The bar of the product; a deadline for waiting, and not a measure. */
const withinMs = 2_000;

let world: TestWorld;
let nodes: readonly TestNode[];
beforeAll(async () => {
  world = await startTestWorld();
  nodes = await Promise.all([world.node({ GOODBYE_SPREAD_MS: "800" }), world.node()]);
});
afterAll(async () => {
  await world[Symbol.asyncDispose]();
});

type Holder = Partial<TicketHolder>;
const login = () => newId().padEnd(64, "0");
const userOf = (id: string) => ({ id, name: "somebody" });

async function happened(room: string, what: Pick<RoomEvent, "type" | "data">): Promise<void> {
  // Safe: each caller writes the data of the type that it names, and publishing checks the whole.
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion
  await world.publish({ v: 1, room, at: Date.now(), ...what } as RoomEvent);
}

async function refusal(node: TestNode, room: string, ticket: string): Promise<string> {
  const response = await fetch(`${node.url}/rooms/${room}/events?ticket=${ticket}`);
  return errorBodySchema.parse(await response.json()).code;
}

const goodbyes = (viewer: TestViewer) => viewer.seen.controls("goodbye");

describe.each(["sse", "ws"] as const)("over %s, on every node", (format) => {
  /** The same holder on both nodes. */
  async function watchBoth(room: string, holder: Holder): Promise<readonly TestViewer[]> {
    const viewers = await Promise.all(
      nodes.map((node) => watchBy[format](node.url, room, { query: `ticket=${world.ticket(room, holder)}` })),
    );
    await waitFor(() => viewers.every(({ seen }) => seen.isLive));
    return viewers;
  }
  const allEnded = (viewers: readonly TestViewer[]) =>
    waitFor(() => viewers.every((viewer) => viewer.ended() !== undefined), { deadlineMs: withinMs });

  test("a ban ends the user's streams for good, and a ticket from before it opens nothing", async () => {
    const room = await world.room();
    const [user, other] = [newId(), newId()];
    const theirs = await watchBoth(room, { user, login: login() });
    const others = await watchBoth(room, { user: other, login: login() });
    const early = nodes.map(() => world.ticket(room, { user, login: login() }));
    await happened(room, { type: "user.banned", data: { user: userOf(user), untilMs: null } });
    await allEnded(theirs);
    for (const viewer of theirs) {
      expect(goodbyes(viewer)).toEqual([{ type: "goodbye", reason: "access_revoked", retryAfterMs: null }]);
      if (format === "ws") expect(viewer.ended()).toBe(4502);
    }
    for (const [index, node] of nodes.entries())
      expect(await refusal(node, room, early[index] ?? "")).toBe("ticket_invalid");
    expect(others.map((viewer) => viewer.ended())).toEqual([undefined, undefined]);
    await happened(room, { type: "user.unbanned", data: { user: userOf(user) } });
    await waitFor(() => others.every(({ seen }) => seen.seqs.length === 2));
    const back = await watchBoth(room, { user, login: login() });
    await Promise.all([...others, ...back].map((viewer) => viewer.close()));
  });

  test("a muted user is told in the stream, which goes on", async () => {
    const room = await world.room();
    const user = newId();
    const viewers = await watchBoth(room, { user, login: login() });
    await happened(room, { type: "user.muted", data: { user: userOf(user), untilMs: null } });
    const isTold = ({ seen }: TestViewer) =>
      seen.items.some((item) => item.kind === "event" && item.event.type === "user.muted");
    await waitFor(() => viewers.every(isTold), { deadlineMs: withinMs });
    expect(viewers.map((viewer) => viewer.ended())).toEqual([undefined, undefined]);
    await Promise.all(viewers.map((viewer) => viewer.close()));
  });

  test("a room made private sends holders of open tickets for new ones, and keeps those who passed its door", async () => {
    const room = await world.room();
    const guests = await watchBoth(room, { user: newId(), login: login(), door: "open" });
    const hosts = await watchBoth(room, { user: newId(), login: login(), door: "private" });
    const face = { title: "Room", description: "", slowModeMs: 0, followersOnly: false } as const;
    await happened(room, { type: "room.updated", data: { face: { ...face, visibility: "private" } } });
    await allEnded(guests);
    for (const viewer of guests)
      expect(goodbyes(viewer)).toEqual([
        { type: "goodbye", reason: "goodbye", retryAfterMs: expect.any(Number) },
      ]);
    for (const node of nodes)
      expect(await refusal(node, room, world.ticket(room, { door: "open" }))).toBe("ticket_invalid");
    expect(hosts.map((viewer) => viewer.ended())).toEqual([undefined, undefined]);
    await Promise.all(hosts.map((viewer) => viewer.close()));
  });

  test("the end of a log-in ends its streams in all rooms, and no others of the user", async () => {
    const [one, two] = [await world.room(), await world.room()];
    const user = newId();
    const [left, kept] = [login(), login()];
    const leaving = [
      ...(await watchBoth(one, { user, login: left })),
      ...(await watchBoth(two, { user, login: left })),
    ];
    const staying = await watchBoth(one, { user, login: kept });
    world.bus.broadcast(busTopics.authRevoked, { sessionIds: [left] });
    await allEnded(leaving);
    for (const viewer of leaving) expect(goodbyes(viewer)).toMatchObject([{ reason: "goodbye" }]);
    expect(staying.map((viewer) => viewer.ended())).toEqual([undefined, undefined]);
    // A ticket from before is used up by a stream that ends at once.
    await using late = await watchBy[format](nodes[0]?.url ?? "", one, {
      query: `ticket=${world.ticket(one, { user, login: left })}`,
    });
    await allEnded([late]);
    world.bus.broadcast(busTopics.authRevoked, { userId: user });
    await allEnded(staying);
  });
});

test("a ban is known to a node that opens the room after it", async () => {
  const room = await world.room();
  const user = newId();
  await happened(room, { type: "user.banned", data: { user: userOf(user), untilMs: null } });
  for (const node of nodes) {
    expect(await refusal(node, room, world.ticket(room, { user }))).toBe("ticket_invalid");
    await using _other = await watchSse(node.url, room, { query: `ticket=${world.ticket(room)}` });
  }
});
