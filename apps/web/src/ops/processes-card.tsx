import { formatAgo, formatWhole } from "../lib/format.ts";
import { useNow } from "../lib/use-now.ts";
import { Badge } from "../ui/badge.tsx";
import { Card } from "../ui/card.tsx";
import { Figure } from "./figure.tsx";
import { formatBytes, formatRate } from "./units.ts";
import type { ProcessState } from "./use-platform-state.ts";

/** A process of an older version may tell less. */
const unknown = "not known";

/** Every process that tells of itself. */
export function ProcessesCard({ processes }: { readonly processes: readonly ProcessState[] }) {
  return (
    <Card title="Processes" text="A process that falls silent is gone from here four seconds later.">
      {processes.length === 0 && <p className="text-sm text-faint">None has told of itself yet.</p>}
      <ul className="grid gap-3">
        {processes.map((process) => (
          <ProcessRow key={process.id} process={process} />
        ))}
      </ul>
    </Card>
  );
}

function ProcessRow({ process }: { readonly process: ProcessState }) {
  const nowMs = useNow(30_000);
  const { role, host, pid, isReady, startedAtMs, cores, memoryBytes, loopDelayMs } = process;
  return (
    <li className="rounded-2xl border border-line p-4" aria-label={`${role} on ${host}`}>
      <div className="mb-3 flex flex-wrap items-center gap-2">
        <h3 className="font-semibold">{role}</h3>
        <Badge tone={isReady ? "accent" : "live"}>{isReady ? "ready" : "not ready"}</Badge>
        {process.worker?.isLeading === true && <Badge>leads</Badge>}
        <span className="text-xs text-faint">
          {host}, process {pid}, started {formatAgo(startedAtMs, nowMs)}
        </span>
      </div>
      <dl className="flex flex-wrap gap-x-6 gap-y-3">
        <Figure label="Processor">
          {cores === undefined ? unknown : `${Math.round(cores * 100)} % of a core`}
        </Figure>
        <Figure label="Memory">{memoryBytes === undefined ? unknown : formatBytes(memoryBytes)}</Figure>
        <Figure label="Loop delay">
          {loopDelayMs === undefined ? unknown : `${Math.round(loopDelayMs)} ms`}
        </Figure>
        <WorkFigures process={process} />
      </dl>
    </li>
  );
}

function WorkFigures({ process: { api, realtime } }: { readonly process: ProcessState }) {
  return (
    <>
      {api !== undefined && (
        <>
          <Figure label="Requests">{`${formatRate(api.requestsPerS)}/s`}</Figure>
          <Figure label="Failures of ours">{`${formatRate(api.failuresPerS)}/s`}</Figure>
        </>
      )}
      {realtime !== undefined && (
        <>
          <Figure label="Viewers">
            {`${formatWhole(realtime.viewers)} of ${formatWhole(realtime.viewersMax)}`}
          </Figure>
          <Figure label="Rooms">{formatWhole(realtime.roomCount)}</Figure>
          <Figure label="Deliveries">{`${formatRate(realtime.deliveriesPerS)}/s`}</Figure>
          <Figure label="Left out for slow viewers">{`${formatRate(realtime.skippedPerS)}/s`}</Figure>
          <Figure label="Viewers are behind">{formatBytes(realtime.behindBytes)}</Figure>
        </>
      )}
    </>
  );
}
