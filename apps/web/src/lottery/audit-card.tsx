import { actorSchema } from "@barrage/protocol";
import { useQuery } from "@tanstack/react-query";
import { formatDateTime } from "../lib/format.ts";
import { useTRPC } from "../lib/trpc.ts";
import { Card } from "../ui/card.tsx";
import { Skeleton } from "../ui/skeleton.tsx";
import { ErrorState } from "../ui/states.tsx";
import { type AuditLine, lotteryInput } from "./lottery-view.ts";

interface AuditCardProps {
  readonly id: string;
  /** Of a private room, unless the viewer is let in without. */
  readonly password: string | undefined;
}

/** Who did what with a lottery, and when; nothing is ever taken out of it. */
export function AuditCard({ id, password }: AuditCardProps) {
  const trpc = useTRPC();
  const audit = useQuery({ ...trpc.lottery.audit.queryOptions(lotteryInput(id, password)), staleTime: 0 });
  return (
    <Card title="Public record" text="Everything that was done with this lottery. Lines are only ever added.">
      {audit.isPending ? (
        <Skeleton className="h-24" />
      ) : audit.isError ? (
        <ErrorState error={audit.error} onRetry={() => void audit.refetch()} />
      ) : (
        <ol className="grid gap-3">
          {audit.data.map((line) => (
            <AuditRow key={`${line.at} ${line.action}`} line={line} />
          ))}
        </ol>
      )}
    </Card>
  );
}

const names: Record<AuditLine["action"], string> = {
  created: "Created, seed sealed",
  updated: "Rules changed",
  closed: "Closed",
  sealed: "Pool frozen, root published",
  delayed: "Waiting for the public beacon",
  drawn: "Drawn, seed shown",
  cancelled: "Cancelled",
};

function AuditRow({ line }: { readonly line: AuditLine }) {
  const by = actorSchema.safeParse(line.by).data;
  return (
    <li className="text-sm">
      <p className="flex flex-wrap items-baseline justify-between gap-x-3">
        <span>
          <b className="font-semibold">{names[line.action]}</b>{" "}
          <span className="text-soft">
            {by === undefined ? "by the server" : `by ${by.name} (${by.role})`}
          </span>
        </span>
        <time dateTime={new Date(line.at).toISOString()} className="text-[13px] text-faint">
          {formatDateTime(line.at)}
        </time>
      </p>
      <details className="mt-0.5">
        <summary className="w-fit cursor-pointer rounded text-[13px] text-faint hover:text-ink">
          Details<span className="sr-only"> of: {names[line.action]}</span>
        </summary>
        <pre className="mt-1 overflow-x-auto rounded-xl bg-canvas p-3 text-xs wrap-anywhere whitespace-pre-wrap text-soft">
          {JSON.stringify(line.detail, null, 2)}
        </pre>
      </details>
    </li>
  );
}
