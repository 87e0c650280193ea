import { hasBar } from "../harness/report.ts";
import type { Measure } from "../harness/scenario.ts";
import { type Grid, idleCpuUsPerViewerS, idleRssKbPerViewer, type Place, readings } from "./cells.ts";
import { climax, type Load, lively, oneAtATime } from "./load.ts";

/** The size that the bars are about; smaller crowds get the same numbers, and no verdict. */
const barViewers = 10_000;

const limit = "C limit";
const ours = ["barrage sse", "barrage ws"];
const peers = ["Socket.IO", "ws on Node", "nchan"];

interface HeadlineOptions {
  /** Who took part. */
  readonly contestants: readonly string[];
  readonly viewers: number;
}

/** What the grid must show of those who took part. A bar whose value was not measured stays, with NaN. */
export function headlines(grid: Grid, { contestants, viewers }: HeadlineOptions): Measure[] {
  const tookPart = (name: string) => contestants.includes(name);
  const measures = ours.filter(tookPart).flatMap((contestant) => {
    const at = (load: Load): Place => ({ contestant, viewers, load });
    return [
      tookPart(limit) ? [againstLimit(grid, at(oneAtATime))] : [],
      peers.filter(tookPart).map((peer) => againstPeer(grid, at(climax), peer)),
      inLivelyRoom(grid, at(lively)),
      whenIdle(grid, at(oneAtATime)),
    ].flat();
  });
  const shown = viewers >= barViewers ? measures : measures.map(withoutBar);
  return shown.filter((measure) => Number.isFinite(measure.value) || hasBar(measure)).map(measuredOrNaN);
}

/** A quotient with a peer that delivered nothing is no measurement either. */
function measuredOrNaN(measure: Measure): Measure {
  return Number.isFinite(measure.value) ? measure : { ...measure, value: Number.NaN };
}

function withoutBar({ name, value, unit }: Measure): Measure {
  return { name, value, unit };
}

function againstLimit(grid: Grid, place: Place): Measure {
  const value = grid.ratio(place, { ...place, contestant: limit }, readings.cpuPerMillion);
  return { name: `${place.contestant}: CPU, one write a message`, value, unit: "× the C limit", bar: 1.25 };
}

function againstPeer(grid: Grid, place: Place, peer: string): Measure {
  const value = grid.ratio(place, { ...place, contestant: peer }, readings.deliveriesPerCpuS);
  const name = `${place.contestant}: deliveries per CPU s, ${place.load.name}, against ${peer}`;
  return { name, value, unit: "×", atLeast: 10 };
}

function inLivelyRoom(grid: Grid, place: Place): Measure[] {
  const { contestant, viewers, load } = place;
  const share = grid.median(place, ({ deliveries, published, withheld }) => {
    return deliveries / (viewers * (published + withheld));
  });
  const missing = grid.median(place, readings.missing);
  const p99Ms = grid.median(place, readings.p99Ms);
  return [
    {
      name: `${contestant}: delivered at ${load.name}`,
      value: share * 100,
      unit: "% of what is due",
      atLeast: 99,
    },
    { name: `${contestant}: skipped at ${load.name}`, value: missing, unit: "deliveries, all declared" },
    { name: `${contestant}: p99 at ${load.name}`, value: p99Ms, unit: "ms", bar: 100 },
  ];
}

function whenIdle(grid: Grid, place: Place): Measure[] {
  const { contestant, viewers } = place;
  const rssKb = grid.idle(place, idleRssKbPerViewer(viewers));
  const cpuUs = grid.idle(place, idleCpuUsPerViewerS(viewers));
  return [
    { name: `${contestant}: RSS, idle`, value: rssKb, unit: "KB per viewer", bar: 6 },
    { name: `${contestant}: CPU, idle`, value: cpuUs, unit: "µs per viewer and second", bar: 2 },
  ];
}
