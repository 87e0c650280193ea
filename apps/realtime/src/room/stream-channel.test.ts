import { expect, test } from "bun:test";
import { Batch } from "../events/batch.ts";
import { Session } from "../session/session.ts";
import { entry } from "../testing/entries.ts";
import { FakeTransport } from "../testing/fake-transport.ts";
import { StreamChannel } from "./stream-channel.ts";

/** A viewer whose stream says it is full when it is told to, and what reached it. */
function createViewer(onWrite: () => void = () => {}) {
  const got: Uint8Array[] = [];
  const drains: Promise<unknown>[] = [];
  let room: Promise<number> | undefined;
  const sink = {
    write(bytes: Uint8Array) {
      got.push(bytes);
      onWrite();
      return room ?? bytes.length;
    },
    flush: () => 0,
  };
  const transport = Object.assign(new FakeTransport({ bufferBytesMax: 0, onReceive: () => {} }), {
    sink,
    drains: (until: Promise<unknown>) => drains.push(until),
  });
  const viewer = { userId: null, login: null, key: "a", door: "none" } as const;
  const view = { audience: { remove: () => {} }, isQuietFor: () => true };
  const session = new Session({ transport, viewer, view, at: { seq: 0, bytes: 0 } });
  const fill = () => {
    room = new Promise(() => {});
    return room;
  };
  return { session, got, drains, fill };
}

const batchOf = (seq: number) => new Batch({ room: "room0000", entries: [entry(seq)] });

test("a viewer whose stream is full is given back, told what to wait for, and written to no more", () => {
  const channel = new StreamChannel();
  const [slow, healthy] = [createViewer(), createViewer()];
  for (const { session } of [slow, healthy]) channel.add(session);
  const until = slow.fill();
  const [first, second] = [batchOf(1), batchOf(2)];
  expect(channel.broadcast(first)).toEqual([slow.session]);
  expect(channel.broadcast(second)).toEqual([]);
  expect(slow.drains).toEqual([until]);
  expect(channel.size).toBe(1);
  expect(slow.got).toEqual([first.sse()]);
  expect(healthy.got).toEqual([first.sse(), second.sse()]);
});

test("who leaves in the middle of a broadcast gets nothing more of it, and nobody else gets it twice or not", () => {
  const channel = new StreamChannel();
  const [first, leaving, last] = [
    createViewer(() => channel.delete(leaving.session)),
    createViewer(),
    createViewer(),
  ];
  for (const { session } of [first, leaving, last]) channel.add(session);
  channel.broadcast(batchOf(1));
  expect([first, leaving, last].map(({ got }) => got.length)).toEqual([1, 0, 1]);
});

test("where one leaves another takes its place, and each gets what is said while it is there", () => {
  const channel = new StreamChannel();
  const staying = createViewer();
  channel.add(staying.session);
  for (let seq = 1; seq <= 100; seq++) {
    const passing = createViewer();
    channel.add(passing.session);
    const batch = batchOf(seq);
    channel.broadcast(batch);
    channel.delete(passing.session);
    channel.delete(passing.session);
    expect(passing.got).toEqual([batch.sse()]);
  }
  expect(channel.size).toBe(1);
  expect(staying.got).toHaveLength(100);
});
