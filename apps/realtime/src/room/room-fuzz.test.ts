import { expect, test } from "bun:test";
import { type SeededRandom, seededRandom } from "@barrage/testkit";
import { FuzzWorld } from "../testing/fuzz-world.ts";

const runs = 40;
const stepsPerRun = 400;

/** What may happen, and how often. */
const actions: readonly (readonly [weight: number, act: (world: FuzzWorld, random: SeededRandom) => void])[] =
  [
    [30, publishSome],
    [25, (world, random) => times(random.between(1, 8), () => world.log.deliver())],
    [20, (world, random) => times(random.between(1, 4), () => world.log.answer())],
    [25, (world, random) => readSome(world, random)],
    [20, (world, random) => world.timers.advance(random.pick([0, 1, 25, 300]))],
    [6, (world) => world.log.drop()],
    [4, (world) => world.log.repeat()],
    [4, (world) => world.log.swap()],
    [4, (world) => world.log.fail()],
    [10, (world, random) => world.guests.length > 0 && world.connect(random.pick(world.guests))],
    [4, (world, random) => world.guests.length > 0 && world.disconnect(random.pick(world.guests))],
    [2, (world) => world.guests.length < 6 && world.newGuest()],
    [4, (world) => world.sweep()],
    [1, (world) => world.log.interrupt()],
    [0.3, (world, random) => world.log.trim(random.between(1, 400))],
    [0.15, (world) => world.log.recreate()],
  ];

test("whatever the network does, each viewer gets the log, or is told exactly what it does not get", async () => {
  const random = seededRandom();
  const seen = { events: 0, skipped: 0, resets: 0, repairs: 0, slowCloses: 0, pages: 0 };
  for (let run = 0; run < runs; run++) {
    const world = new FuzzWorld(random);
    world.log.pageMax = random.pick([3, 50, 1_000]);
    times(random.below(30), () => world.publish("viewer", 20));
    await world.open();
    times(3, () => world.newGuest());
    for (let step = 0; step < stepsPerRun; step++) {
      pick(random)(world, random);
      await world.settle();
    }
    await world.expectAllWhole();
    for (const { checked } of world.guests) {
      seen.events += checked.events;
      seen.skipped += checked.skipped;
      seen.resets += checked.resets;
    }
    seen.repairs += world.metrics.value("feed_repairs");
    seen.slowCloses += world.metrics.value("slow_closes");
    seen.pages += world.metrics.value("log_pages");
    await world.close();
  }
  process.stderr.write(`${JSON.stringify(seen)}\n`);
  // A run in which nothing of this happened would prove nothing.
  for (const count of Object.values(seen)) expect(count).toBeGreaterThan(0);
}, 60_000);

function publishSome(world: FuzzWorld, random: SeededRandom): void {
  const isBurst = random.chance(0.1);
  times(isBurst ? random.between(10, 60) : random.between(1, 3), () => {
    if (random.chance(0.2)) world.publishElsewhere();
    else world.publish(random.chance(0.1) ? "host" : "viewer", random.between(1, 200));
  });
}

function readSome(world: FuzzWorld, random: SeededRandom): void {
  // The first two read well; of the others some read hardly ever.
  for (const [index, guest] of world.guests.entries()) {
    if (random.chance(index < 2 ? 0.9 : 0.15)) world.read(guest, random.between(1, 40));
  }
}

function pick(random: SeededRandom): (world: FuzzWorld, random: SeededRandom) => void {
  let left = random.next() * actions.reduce((sum, [weight]) => sum + weight, 0);
  for (const [weight, act] of actions) {
    left -= weight;
    if (left < 0) return act;
  }
  return publishSome;
}

function times(count: number, act: () => void): void {
  for (let index = 0; index < count; index++) act();
}
