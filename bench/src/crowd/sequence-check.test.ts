import { describe, expect, test } from "bun:test";
import { createLedger } from "./ledger.ts";
import { createRandom } from "./random.ts";
import { SequenceCheck } from "./sequence-check.ts";

const at = (seq: number) => ({ epoch: "e1", seq });
const log = [3, 4, 9, 12, 13, 20];

/** A checker for a viewer that started after `start`, beside one that saw everything. */
function viewerBesideFull(start = 2) {
  const ledger = createLedger();
  const full = new SequenceCheck(ledger);
  full.onHello(at(2));
  for (const seq of log) full.onEvent(seq);
  const viewer = new SequenceCheck(ledger);
  viewer.onHello(at(start));
  return { ledger, viewer };
}

describe("a viewer's check", () => {
  test("is content with all events, each once and in order, whoever is asked first", () => {
    const { ledger, viewer } = viewerBesideFull();
    for (const seq of log) expect(viewer.onEvent(seq)).toBe(true);
    expect(viewer.gaps(ledger.last)).toBe(0);
    expect(viewer.counts).toMatchObject({ received: 6, duplicates: 0, outOfOrder: 0, suspicions: 0 });
  });
  test("finds a hole in the middle, and hints at it at once", () => {
    const { ledger, viewer } = viewerBesideFull();
    for (const seq of [3, 4, 13, 20]) viewer.onEvent(seq);
    expect(viewer.gaps(ledger.last)).toBe(2);
    expect(viewer.counts.suspicions).toBe(1);
  });
  test("finds what is missing at the start and at the end", () => {
    const { ledger, viewer } = viewerBesideFull();
    for (const seq of [4, 9, 12]) viewer.onEvent(seq);
    expect(viewer.gaps(ledger.last)).toBe(3);
  });
  test("promises nothing from before the viewer's start", () => {
    const { ledger, viewer } = viewerBesideFull(10);
    for (const seq of [12, 13, 20]) viewer.onEvent(seq);
    expect(viewer.gaps(ledger.last)).toBe(0);
  });
  test("misses what senders were told of, although no viewer saw it", () => {
    const { ledger, viewer } = viewerBesideFull();
    for (const seq of log) viewer.onEvent(seq);
    ledger.acknowledged(21);
    ledger.acknowledged(4);
    expect(viewer.gaps(ledger.last)).toBe(1);
  });
  test("takes declared losses for what they are, and no more", () => {
    const { ledger, viewer } = viewerBesideFull();
    viewer.onEvent(3);
    viewer.onSkipped(2, at(9));
    viewer.onEvent(13);
    viewer.onEvent(20);
    expect(viewer.gaps(ledger.last)).toBe(1);
    expect(viewer.cursor).toBe("e1-20");
  });
  test("counts repeats and steps back apart, and does not take them for new", () => {
    const { viewer } = viewerBesideFull();
    for (const seq of [3, 4, 4, 9, 3]) viewer.onEvent(seq);
    expect(viewer.counts).toMatchObject({ received: 3, duplicates: 1, outOfOrder: 1 });
  });
  test("a reset ends the promise where it stood and starts another", () => {
    const { ledger, viewer } = viewerBesideFull();
    for (const seq of [3, 9]) viewer.onEvent(seq);
    viewer.onReset(at(13));
    viewer.onEvent(20);
    expect(viewer.gaps(ledger.last)).toBe(1);
    expect(viewer.counts.resets).toBe(1);
  });
});

test("whichever events are lost, exactly as many are found (seeded)", () => {
  const seed = 20_260_101;
  const random = createRandom(seed);
  for (let round = 0; round < 200; round++) {
    const ledger = createLedger();
    const lost = [0, 0, 0, 0];
    const viewers = lost.map(() => new SequenceCheck(ledger));
    for (const viewer of viewers) viewer.onHello(at(0));
    for (let seq = 1; seq <= 100; seq++) {
      if (random() < 0.3) continue;
      ledger.acknowledged(seq);
      for (const [index, viewer] of viewers.entries()) {
        if (random() < 0.05) lost[index] = (lost[index] ?? 0) + 1;
        else viewer.onEvent(seq);
      }
    }
    expect({ seed, found: viewers.map((viewer) => viewer.gaps(ledger.last)) }).toEqual({ seed, found: lost });
  }
});
