import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { MonitorSmartphone } from "lucide-react";
import { toast } from "sonner";
import { describeError } from "../lib/describe-error.ts";
import { formatAgo, formatDateTime } from "../lib/format.ts";
import { useTRPC } from "../lib/trpc.ts";
import { useNow } from "../lib/use-now.ts";
import { Badge } from "../ui/badge.tsx";
import { Button } from "../ui/button.tsx";
import { Card } from "../ui/card.tsx";
import { Skeleton } from "../ui/skeleton.tsx";
import { ErrorState } from "../ui/states.tsx";
import { describeAgent } from "./describe-agent.ts";

/** Where this user is logged in, and the way to end it. */
export function SessionsCard() {
  const trpc = useTRPC();
  const queries = useQueryClient();
  const sessions = useQuery(trpc.users.sessions.queryOptions());
  const nowMs = useNow(30_000);
  const revoke = useMutation(
    trpc.users.revokeSession.mutationOptions({
      onSettled: () => queries.invalidateQueries({ queryKey: trpc.users.sessions.queryKey() }),
      onError: (error) => {
        toast.error(describeError(error).text);
      },
    }),
  );
  return (
    <Card title="Where you are logged in" text="Log out what you don't know or don't use.">
      {sessions.isPending ? (
        <Skeleton className="h-24" />
      ) : sessions.isError ? (
        <ErrorState error={sessions.error} onRetry={() => void sessions.refetch()} />
      ) : (
        <ul className="grid gap-4">
          {sessions.data.map((session) => (
            <li key={session.id} className="flex items-center gap-3 text-sm">
              <MonitorSmartphone aria-hidden className="size-5 shrink-0 text-faint" />
              <div className="min-w-0 grow">
                <p className="flex flex-wrap items-center gap-2 font-medium">
                  {describeAgent(session.userAgent)}
                  {session.current && <Badge tone="accent">This one</Badge>}
                </p>
                <p className="text-xs text-faint">
                  Last used {formatAgo(session.lastUsedAtMs, nowMs)} · since{" "}
                  {formatDateTime(session.createdAtMs)}
                </p>
              </div>
              {!session.current && (
                <Button
                  size="sm"
                  busy={revoke.isPending && revoke.variables.id === session.id}
                  onClick={() => revoke.mutate({ id: session.id })}
                >
                  Log out
                </Button>
              )}
            </li>
          ))}
        </ul>
      )}
    </Card>
  );
}
