import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { describeError } from "../lib/describe-error.ts";
import { formatDateTime } from "../lib/format.ts";
import { useTRPC } from "../lib/trpc.ts";
import { Button } from "../ui/button.tsx";
import { ConfirmDialog } from "../ui/confirm-dialog.tsx";
import { Spinner } from "../ui/spinner.tsx";
import { valueText } from "./setting-value.ts";

interface SettingHistoryProps {
  readonly settingKey: string;
  readonly newestRevision: number;
  readonly isBusy: boolean;
  readonly onRollback: (toRevision: number) => void;
}

const shownValue = (value: unknown) => (value === null ? "default" : valueText(value));

/** What a setting was, who made it so and when, and the way back there. */
export function SettingHistory({ settingKey, newestRevision, isBusy, onRollback }: SettingHistoryProps) {
  const trpc = useTRPC();
  const history = useQuery(
    trpc.ops.config.history.queryOptions(
      { key: settingKey },
      {
        // Somebody else's change comes with the list, which is read again and again: then this is read again too.
        refetchInterval: ({ state: { data } }) =>
          data !== undefined && (data[0]?.revision ?? 0) < newestRevision ? 1_000 : false,
      },
    ),
  );
  const [asked, setAsked] = useState<{ readonly revision: number; readonly value: unknown } | null>(null);
  return (
    <section aria-labelledby="setting-history" className="border-t border-line pt-4">
      <h3 id="setting-history" className="mb-2 text-sm font-medium">
        History
      </h3>
      {history.isPending && <Spinner label="Loading the history" />}
      {history.isError && (
        <div role="alert" className="flex flex-wrap items-center gap-2 text-sm text-danger-text">
          {describeError(history.error).text}
          <Button size="sm" onClick={() => void history.refetch()}>
            Try again
          </Button>
        </div>
      )}
      {history.data?.length === 0 && <p className="text-sm text-faint">It was never changed.</p>}
      <ol className="divide-y divide-line">
        {history.data?.map(({ revision, atMs, by, value, fault }) => (
          <li key={revision} className="flex min-h-12 items-center gap-3 py-1.5 text-sm">
            <div className="min-w-0 grow">
              <p className="line-clamp-2 font-mono wrap-anywhere">{shownValue(value)}</p>
              <p className="text-xs text-faint">
                {formatDateTime(atMs)}, {by?.name ?? "unknown"} · revision {revision}
                {fault !== null && <span className="text-danger-text"> · not used: {fault}</span>}
              </p>
            </div>
            {revision === newestRevision && fault === null && (
              <span className="shrink-0 text-xs text-soft">current</span>
            )}
            {revision !== newestRevision && fault === null && (
              <Button size="sm" disabled={isBusy} onClick={() => setAsked({ revision, value })}>
                Roll back
                <span className="sr-only"> to {shownValue(value)}</span>
              </Button>
            )}
          </li>
        ))}
      </ol>
      <ConfirmDialog
        open={asked !== null}
        onOpenChange={() => setAsked(null)}
        title={asked === null ? "" : `Roll back to ${shownValue(asked.value).slice(0, 80)}?`}
        text={`Every process uses it within a second. The history keeps what ${settingKey} is now.`}
        action="Roll back"
        onConfirm={() => {
          if (asked !== null) onRollback(asked.revision);
          setAsked(null);
        }}
      />
    </section>
  );
}
