import { useQuery } from "@tanstack/react-query";
import { formatDateTime } from "../lib/format.ts";
import { useTRPC } from "../lib/trpc.ts";
import { Dialog } from "../ui/dialog.tsx";
import { Skeleton } from "../ui/skeleton.tsx";
import { ErrorState } from "../ui/states.tsx";
import type { ManagedUser } from "./suspend-dialog.tsx";
import { suspensionWords } from "./suspension-words.ts";

interface SuspensionHistoryProps {
  readonly user: ManagedUser;
  readonly onClose: () => void;
}

/** Who suspended somebody and lifted it, when and why. */
export function SuspensionHistory({ user, onClose }: SuspensionHistoryProps) {
  const trpc = useTRPC();
  const past = useQuery(trpc.ops.suspensions.queryOptions({ userId: user.id }));
  return (
    <Dialog
      open
      onOpenChange={onClose}
      title={`Suspensions of ${user.name}`}
      description="The last 50, the newest first."
    >
      {past.isPending ? (
        <Skeleton className="h-20 rounded-2xl" />
      ) : past.isError ? (
        <ErrorState error={past.error} onRetry={() => void past.refetch()} />
      ) : past.data.length === 0 ? (
        <p className="text-sm text-soft">{user.name} was never suspended.</p>
      ) : (
        <ul className="grid max-h-96 gap-3 overflow-y-auto text-sm" aria-label="Suspensions">
          {past.data.map((one) => (
            <li key={one.id} className="wrap-anywhere">
              {suspensionWords(one)}
              {one.lifted !== null && (
                <span className="block text-xs text-soft">
                  lifted {formatDateTime(one.lifted.atMs)} by {one.lifted.by?.name ?? "somebody who is gone"}
                </span>
              )}
            </li>
          ))}
        </ul>
      )}
    </Dialog>
  );
}
