import type { Measure } from "../harness/scenario.ts";
import { type Grid, idleCpuUsPerViewerS, idleRssKbPerViewer, type Place, readings } from "./cells.ts";
import { climax, type Load, lively, oneAtATime } from "./load.ts";

/** The size that the bars are about; smaller crowds get the same numbers, and no verdict. */
const barViewers = 10_000;

const ours = ["barrage sse", "barrage ws"] as const;
const peers = ["Socket.IO", "ws on Node", "nchan"] as const;

/** What the grid must show, at its largest size. Leaves out what was not measured. */
export function headlines(grid: Grid, viewers: number): Measure[] {
  const measures = ours.flatMap((contestant) => {
    const at = (load: Load): Place => ({ contestant, viewers, load });
    return [
      [againstLimit(grid, at(oneAtATime))],
      peers.map((peer) => againstPeer(grid, at(climax), peer)),
      inLivelyRoom(grid, at(lively)),
      whenIdle(grid, at(oneAtATime)),
    ].flat();
  });
  const measured = measures.filter(({ value }) => Number.isFinite(value));
  return viewers >= barViewers ? measured : measured.map(withoutBar);
}

function withoutBar({ name, value, unit }: Measure): Measure {
  return { name, value, unit };
}

function againstLimit(grid: Grid, place: Place): Measure {
  const value = grid.ratio(place, { ...place, contestant: "C limit" }, readings.cpuPerMillion);
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
