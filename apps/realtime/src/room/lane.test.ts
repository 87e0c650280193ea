import { expect, test } from "bun:test";
import { EventRing } from "../events/event-ring.ts";
import type { RoomEntry } from "../events/room-entry.ts";
import { createMetrics } from "../metrics/metrics.ts";
import { type Position, Session } from "../session/session.ts";
import { entry } from "../testing/entries.ts";
import { FakeTransport } from "../testing/fake-transport.ts";
import { Lane } from "./lane.ts";
import { SocketChannel } from "./socket-channel.ts";

function scene() {
  const ring = new EventRing({ bytesMax: 1e7, countMax: 1e4 }, { floorSeq: 0, headSeq: 0 });
  const aside: { readonly session: Session; readonly at: Position; readonly isFull: boolean }[] = [];
  const lane = new Lane(
    {
      room: "room0000",
      ring,
      metrics: createMetrics(),
      write: (_batch, write) => write(),
      onAside: (sessions, at, isFull) => aside.push(...sessions.map((session) => ({ session, at, isFull }))),
    },
    { sse: new SocketChannel(), ws: new SocketChannel() },
  );
  function join(bufferBytesMax: number) {
    const seqs: number[] = [];
    const onReceive = () => {};
    const transport = new FakeTransport({ bufferBytesMax, onReceive });
    const send = transport.send.bind(transport);
    transport.send = (batch) => {
      seqs.push(...batch.entries.map(({ seq }) => seq));
      return send(batch);
    };
    const viewer = { userId: null, login: null, key: "a", door: "none" } as const;
    const view = { audience: { remove: () => {} }, isQuietFor: () => true };
    const session = new Session({ transport, viewer, view, at: { seq: 0, bytes: 0 } });
    lane.add(session);
    return { session, seqs };
  }
  function push(entries: readonly RoomEntry[]) {
    for (const one of entries) ring.push(one);
    lane.push(entries);
  }
  return { ring, lane, aside, join, push };
}

/** Larger than a third of a batch. */
const large = (seq: number): RoomEntry => ({ ...entry(seq), frame: new Uint8Array(50_000) });

test("whoever is full after the first of several batches goes on behind that one, not behind the last", () => {
  const { lane, aside, join, push } = scene();
  const healthy = join(1e9);
  const slow = join(60_000);
  push([large(1), large(2)]);
  push([large(3), large(4), large(5)]);
  lane.write();
  expect(healthy.seqs).toEqual([1, 2, 3, 4, 5]);
  expect(slow.seqs).toEqual([1, 2, 3]);
  expect(aside).toEqual([{ session: slow.session, at: { seq: 3, bytes: 150_000 }, isFull: true }]);
});

test("whoever becomes live while events wait, which it has, gets none of them again and misses none after", () => {
  const { ring, lane, aside, join, push } = scene();
  join(1e9);
  push([entry(1), entry(2)]);
  const late = join(1e9);
  const bytes = ring.headBytes;
  push([entry(3)]);
  lane.write();
  expect(late.seqs).toEqual([]);
  // From here it reads on in the ring.
  expect(aside).toEqual([{ session: late.session, at: { seq: 2, bytes }, isFull: false }]);
  lane.add(late.session);
  push([entry(4)]);
  lane.write();
  expect(late.seqs).toEqual([4]);
});
