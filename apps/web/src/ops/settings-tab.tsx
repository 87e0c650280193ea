import { useQuery } from "@tanstack/react-query";
import type { inferRouterOutputs } from "@trpc/server";
import { SlidersHorizontal } from "lucide-react";
import { useState } from "react";
import type { AppRouter } from "../lib/app-router.ts";
import { formatDateTime } from "../lib/format.ts";
import { useTRPC } from "../lib/trpc.ts";
import { Button } from "../ui/button.tsx";
import { Card } from "../ui/card.tsx";
import { Skeleton } from "../ui/skeleton.tsx";
import { EmptyState, ErrorState } from "../ui/states.tsx";
import { SettingDialog } from "./setting-dialog.tsx";
import { valueText } from "./setting-value.ts";

type SettingsView = inferRouterOutputs<AppRouter>["ops"]["config"]["list"];

/** A setting as the api tells it. */
export type SettingView = SettingsView["settings"][number];

const restingMs = 5_000;
/** A change holds half a second after it was stored: until it does, one looks more often. */
const settlingMs = 3_000;

function refetchMs(view: SettingsView | undefined): number {
  const isSettling = view?.settings.some(
    ({ change }) => change !== null && Date.now() - change.atMs < settlingMs,
  );
  return isSettling === true ? 700 : restingMs;
}

/** The settings that may change while everything runs, with who set them; other administrators' changes appear too. */
export function SettingsTab() {
  const trpc = useTRPC();
  const list = useQuery(
    trpc.ops.config.list.queryOptions(undefined, { refetchInterval: ({ state }) => refetchMs(state.data) }),
  );
  const [openKey, setOpenKey] = useState<string | null>(null);
  if (list.data === undefined) {
    if (list.isError) return <ErrorState error={list.error} onRetry={() => void list.refetch()} />;
    return (
      <div className="grid gap-5" aria-busy>
        <Skeleton className="h-64 rounded-3xl" />
        <Skeleton className="h-64 rounded-3xl" />
      </div>
    );
  }
  const { settings, unknown } = list.data;
  const open = settings.find(({ key }) => key === openKey);
  return (
    <div className="grid grid-cols-1 gap-5">
      <p className="text-sm text-soft">
        A change is in force in every process within a second, without a restart, and can be taken back.
        {list.isError && " The settings can't be read right now: this is how they were."}
      </p>
      {settings.length === 0 && <EmptyState icon={<SlidersHorizontal />} title="There is nothing to set" />}
      {[...Map.groupBy(settings, ({ key }) => key.split(".", 1)[0] ?? key)].map(([group, members]) => (
        <Card key={group} title={group.charAt(0).toUpperCase() + group.slice(1)}>
          <ul className="divide-y divide-line">
            {members.map((setting) => (
              <SettingRow key={setting.key} setting={setting} onOpen={() => setOpenKey(setting.key)} />
            ))}
          </ul>
        </Card>
      ))}
      {unknown.length > 0 && (
        <p className="text-sm text-faint">
          Written by another version, and ignored by this one: {unknown.map(({ key }) => key).join(", ")}.
        </p>
      )}
      {open !== undefined && <SettingDialog key={open.key} setting={open} onClose={() => setOpenKey(null)} />}
    </div>
  );
}

function SettingRow({ setting, onOpen }: { readonly setting: SettingView; readonly onOpen: () => void }) {
  const { key, description, unit, value, change } = setting;
  return (
    <li
      aria-label={key}
      className="grid grid-cols-[1fr_auto] items-center gap-x-4 gap-y-1 py-3 first:pt-0 last:pb-0 sm:grid-cols-[1fr_auto_auto]"
    >
      <div className="col-span-2 min-w-0 sm:col-span-1">
        <h3 className="font-mono text-sm font-medium wrap-anywhere">{key}</h3>
        <p className="text-sm text-soft">{description}</p>
        {change !== null && change.fault !== null && (
          <p className="text-sm text-danger-text">The newest value is not used: {change.fault}</p>
        )}
      </div>
      <div className="min-w-0 text-sm sm:max-w-80 sm:text-right">
        <p className="line-clamp-2 wrap-anywhere">
          <span className="font-medium tabular-nums">{valueText(value)}</span>
          {unit !== null && <span className="text-faint"> {unit}</span>}
        </p>
        <p className="text-xs text-faint">{originText(setting)}</p>
      </div>
      <Button size="sm" onClick={onOpen}>
        Change
        <span className="sr-only"> {key}</span>
      </Button>
    </li>
  );
}

/** Where the value comes from. */
function originText({ change, value, default: usual, env }: SettingView): string {
  if (change !== null && change.value !== null && change.fault === null)
    return `${formatDateTime(change.atMs)}, ${change.by?.name ?? "unknown"} · revision ${change.revision}`;
  if (change !== null && change.fault !== null) return "what held before";
  return env !== null && valueText(value) !== valueText(usual) ? `from ${env}` : "default";
}
