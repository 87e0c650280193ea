import { useIsFetching, useQueryClient } from "@tanstack/react-query";
import { DatabaseZap, WifiOff } from "lucide-react";
import { useSyncExternalStore } from "react";
import { useServices } from "../lib/services.tsx";
import { Button } from "../ui/button.tsx";

/** Says once, for the whole app, that accounts and rooms can't be reached; a room that is open goes on. */
export function HealthBanner() {
  const { health } = useServices();
  const state = useSyncExternalStore(health.subscribe, health.get);
  const queries = useQueryClient();
  const fetching = useIsFetching() > 0;
  if (state === "ok") return null;
  const down = state === "database_down";
  return (
    <output className="fixed inset-x-3 bottom-3 z-30 mx-auto flex max-w-xl animate-rise items-center gap-3 rounded-2xl border border-line bg-raised px-4 py-2.5 text-sm shadow-float">
      {down ? (
        <DatabaseZap aria-hidden className="size-4 shrink-0 text-danger-text" />
      ) : (
        <WifiOff aria-hidden className="size-4 shrink-0 text-danger-text" />
      )}
      <span className="grow">
        {down
          ? "Accounts and rooms can't be reached right now. Live rooms go on."
          : "Barrage can't be reached. Check your connection."}
      </span>
      <Button size="sm" busy={fetching} onClick={() => void queries.refetchQueries({ type: "active" })}>
        Try again
      </Button>
    </output>
  );
}
