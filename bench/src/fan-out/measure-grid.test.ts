import { expect, test } from "bun:test";
import type { ScenarioContext } from "../harness/scenario.ts";
import { barrageSse, barrageWs } from "./contestants/barrage.ts";
import type { Contestant } from "./contestants/contestant.ts";
import { DeliveryFault, requireSound } from "./delivery-fault.ts";
import { measureGrid } from "./measure-grid.ts";
import { createPinning } from "./pinning.ts";

const context: ScenarioContext = {
  natsUrl: "",
  natsPid: 0,
  natsMonitorUrl: "",
  startApp: () => Promise.reject(new Error("no app is started here")),
  seconds: 1,
  isQuick: true,
  viewers: undefined,
  contestants: undefined,
  progress: () => {},
  print: () => {},
  note: () => {},
};
const lab = { context, programs: { fanLoad: "", fanLimit: "" }, pinning: createPinning() };
const options = { viewerCounts: [20], runsMax: 2, budgetS: 60, seconds: 1 };
const failing = (contestant: Omit<Contestant, "start">, error: Error): Contestant => ({
  ...contestant,
  start: () => Promise.reject(error),
});

test("a load is sound when nothing came twice or out of order, and what is missing was declared", () => {
  expect(() => requireSound({ name: "x", wrong: 0, missing: 2 }, 2)).not.toThrow();
  expect(() => requireSound({ name: "x", wrong: 1, missing: 0 }, 9)).toThrow(DeliveryFault);
  expect(() => requireSound({ name: "x", wrong: 0, missing: 3 }, 2)).toThrow(DeliveryFault);
});

test.each([barrageSse, barrageWs])(
  "a wrong delivery of $name ends the measuring with an error",
  async (ours) => {
    const contestant = failing(ours, new DeliveryFault("200/s: 3 deliveries came twice or out of order"));
    await expect(measureGrid(lab, { ...options, contestants: [contestant] })).rejects.toThrow(
      `${ours.name}, 20 viewers: 200/s: 3 deliveries came twice`,
    );
  },
);

test("a peer's fault, or one that can't run, is noted with how often, and ends nothing", async () => {
  const peers = [
    failing({ name: "peer" }, new DeliveryFault("3 deliveries came twice")),
    failing({ name: "other" }, new Error("Node is not on the PATH")),
  ];
  expect(await measureGrid(lab, { ...options, contestants: peers })).toEqual({
    samples: [],
    runs: 2,
    notes: [
      "peer, 20 viewers: 3 deliveries came twice (in 2 of 2 runs)",
      "other, 20 viewers: Node is not on the PATH (in 2 of 2 runs)",
    ],
  });
});
