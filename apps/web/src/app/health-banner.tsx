import { useIsFetching, useQueryClient } from "@tanstack/react-query";
import { DatabaseZap, WifiOff } from "lucide-react";
import { useSyncExternalStore } from "react";
import { useServices } from "../lib/services.tsx";
import { Button } from "../ui/button.tsx";

/**
 * Says once, for the whole app, that accounts and rooms can't be reached; a room that is open goes on. It takes its
 * place from the page (`--top` in styles.css) instead of lying over it: nothing in that room is covered.
 */
export function HealthBanner() {
  const { health } = useServices();
  const state = useSyncExternalStore(health.subscribe, health.get);
  const queries = useQueryClient();
  const fetching = useIsFetching() > 0;
  if (state === "ok") return null;
  const down = state === "database_down";
  return (
    <output
      data-health={state}
      className="sticky top-14 z-20 flex h-14 items-center justify-center gap-3 border-b border-line bg-raised px-4 text-sm leading-tight max-sm:text-[13px] [@media(max-height:25.99rem)]:hidden"
    >
      {down ? (
        <DatabaseZap aria-hidden className="size-4 shrink-0 text-danger-text" />
      ) : (
        <WifiOff aria-hidden className="size-4 shrink-0 text-danger-text" />
      )}
      <span className="max-sm:grow">
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
