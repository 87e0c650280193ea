import { expect, test } from "bun:test";
import { EventRing } from "../events/event-ring.ts";
import { createMetrics } from "../metrics/metrics.ts";
import { Session } from "../session/session.ts";
import { entry } from "../testing/entries.ts";
import { FakeTimers } from "../testing/fake-timers.ts";
import { FakeTransport } from "../testing/fake-transport.ts";
import { Lanes } from "./lanes.ts";
import type { LiveChannel } from "./live-channel.ts";
import { createLoadMeter } from "./load-meter.ts";
import { SocketChannel } from "./socket-channel.ts";

const viewers = 16;
const writeMs = 2.5;

/** Viewers whose sockets take their time, and what each of them got when. */
function scene(laneViewers: number) {
  const timers = new FakeTimers();
  const ring = new EventRing({ bytesMax: 1e7, countMax: 1e4 }, { floorSeq: 0, headSeq: 0 });
  const pushedAtMs: number[] = [];
  const got = new Map<Session, number[]>();
  const waitsMs: number[] = [];
  function slowChannel(): LiveChannel {
    const channel = new SocketChannel();
    const send = channel.broadcast.bind(channel);
    channel.broadcast = (batch) => {
      timers.spend(channel.size * writeMs);
      waitsMs.push(...batch.entries.map(({ seq }) => timers.now() - (pushedAtMs[seq] ?? 0)));
      return send(batch);
    };
    return channel;
  }
  const onAside = () => {
    throw new Error("nobody is full");
  };
  const lanes = new Lanes(
    {
      lane: { room: "room0000", ring, metrics: createMetrics(), write: (_batch, write) => write(), onAside },
      load: createLoadMeter(timers),
      timers,
      createChannels: () => ({ sse: slowChannel(), ws: new SocketChannel() }),
    },
    { laneViewers, tickMsMax: () => 25 },
  );
  for (let count = 0; count < viewers; count++) {
    const seqs: number[] = [];
    const transport = new FakeTransport({ bufferBytesMax: 1e9, onReceive: () => {} });
    transport.send = (batch) => seqs.push(...batch.entries.map(({ seq }) => seq)) > 0;
    const viewer = { userId: null, login: null, key: "a", door: "none" } as const;
    const view = { audience: { remove: () => {} }, isQuietFor: () => true };
    const session = new Session({ transport, viewer, view, at: { seq: 0, bytes: 0 } });
    got.set(session, seqs);
    lanes.take(session);
    lanes.golive(session);
  }
  const push = (seq: number) => {
    pushedAtMs[seq] = timers.now();
    ring.push(entry(seq));
    lanes.push([entry(seq)]);
  };
  return { timers, lanes, push, got, waitsMs };
}

test("in front of a crowd, an event waits until its viewers' turn comes round once, and each gets all in order", () => {
  const { timers, lanes, push, got, waitsMs } = scene(2);
  const count = 200;
  for (let seq = 1; seq <= count; seq++) timers.defer(() => push(seq), seq * 5);
  timers.advance(10_000);
  const all = Array.from({ length: count }, (_, index) => index + 1);
  for (const seqs of got.values()) expect(seqs).toEqual(all);
  // Written as one, the last event to come during a writing would wait for it and for the next: twice this long.
  const onceRoundMs = viewers * writeMs;
  expect(waitsMs.length).toBeGreaterThan(count);
  expect(Math.max(...waitsMs)).toBeLessThan(onceRoundMs * 1.5);
  lanes.close();
});

test("few viewers are written to at once, within the push", () => {
  const { lanes, push, got } = scene(viewers);
  push(1);
  expect([...got.values()]).toEqual(Array.from({ length: viewers }, () => [1]));
  expect(lanes.takeTurns).toBe(false);
});

test("an audience that has gone leaves no lanes behind, and nothing scheduled", () => {
  const { timers, lanes, push, got } = scene(2);
  push(1);
  expect(lanes.takeTurns).toBe(true);
  for (const session of lanes.sessions()) lanes.delete(session);
  expect([lanes.size, lanes.takeTurns]).toEqual([0, false]);
  timers.advance(1_000);
  expect([...got.values()].flat()).toEqual([]);
});
