import { formatWhole } from "../lib/format.ts";
import { Card } from "../ui/card.tsx";
import { Figure } from "./figure.tsx";
import { formatAge } from "./units.ts";
import type { ProcessState } from "./use-platform-state.ts";

/** What the workers have still to do. All of them see the same queues: the one that leads is asked. */
export function BackgroundCard({ processes }: { readonly processes: readonly ProcessState[] }) {
  const workers = processes.flatMap(({ worker }) => worker ?? []);
  const leads = workers.find(({ isLeading }) => isLeading);
  const worker = leads ?? workers[0];
  return (
    <Card title="Background work" text="How far what is done later is behind.">
      {leads === undefined && (
        <p role="alert" className="mb-3 text-sm text-danger-text">
          {workers.length === 0 ? "No worker is running: " : "No worker leads: "}
          what is sent is stored, but nothing of it is archived, relayed or drawn.
        </p>
      )}
      {worker !== undefined && (
        <dl className="flex flex-wrap gap-x-6 gap-y-3">
          {worker.outbox === null ? (
            <Figure label="Outbox">not known</Figure>
          ) : (
            <Figure label="Outbox">{behind(worker.outbox.events, worker.outbox.seconds)}</Figure>
          )}
          {worker.consumers === null ? (
            <Figure label="Consumers">not known</Figure>
          ) : (
            worker.consumers.map(({ name, messages, seconds }) => (
              <Figure key={name} label={`Consumer ${name}`}>
                {behind(messages, seconds)}
              </Figure>
            ))
          )}
          {Object.entries(worker.lotteries ?? {}).map(([state, count]) => (
            <Figure key={state} label={`Lotteries ${state}`}>
              {formatWhole(count)}
            </Figure>
          ))}
        </dl>
      )}
    </Card>
  );
}

function behind(events: number, seconds: number | null): string {
  if (events === 0) return "up to date";
  return `${formatWhole(events)} waiting${seconds === null ? "" : `, oldest ${formatAge(seconds)}`}`;
}
