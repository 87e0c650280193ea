import { keepPreviousData, useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { UsersRound } from "lucide-react";
import { useDeferredValue, useState } from "react";
import { toast } from "sonner";
import { describeError } from "../lib/describe-error.ts";
import { formatDateTime } from "../lib/format.ts";
import { useTRPC } from "../lib/trpc.ts";
import { Avatar } from "../ui/avatar.tsx";
import { Badge } from "../ui/badge.tsx";
import { Button } from "../ui/button.tsx";
import { Card } from "../ui/card.tsx";
import { Field, Input } from "../ui/field.tsx";
import { Skeleton } from "../ui/skeleton.tsx";
import { EmptyState, ErrorState } from "../ui/states.tsx";
import { Switch } from "../ui/switch.tsx";
import { type ManagedUser, SuspendDialog } from "./suspend-dialog.tsx";
import { SuspensionHistory } from "./suspension-history.tsx";
import { suspensionWords } from "./suspension-words.ts";

/** Looks people up, and suspends them from the whole platform. */
export function PeopleTab() {
  const trpc = useTRPC();
  const [text, setText] = useState("");
  const [isSuspended, setSuspended] = useState(false);
  const [chosen, setChosen] = useState<ManagedUser | null>(null);
  const [looked, setLooked] = useState<ManagedUser | null>(null);
  const prefix = useDeferredValue(text.trim());
  const found = useQuery(
    trpc.ops.users.queryOptions({ prefix, isSuspended }, { placeholderData: keepPreviousData }),
  );
  return (
    <Card
      title="People"
      text="Who is suspended is logged out everywhere at once, and can't log in. Rooms have bans of their own."
    >
      <div className="mb-5 flex flex-wrap items-end gap-x-6 gap-y-3">
        <Field label="Name begins with" className="grow basis-56">
          {(control) => (
            <Input
              {...control}
              type="search"
              maxLength={64}
              autoComplete="off"
              value={text}
              onChange={(event) => setText(event.target.value)}
            />
          )}
        </Field>
        <div className="pb-2.5">
          <Switch label="Suspended only" checked={isSuspended} onCheckedChange={setSuspended} />
        </div>
      </div>
      {found.isPending ? (
        <Skeleton className="h-40 rounded-2xl" />
      ) : found.isError ? (
        <ErrorState error={found.error} onRetry={() => void found.refetch()} />
      ) : found.data.length === 0 ? (
        <EmptyState
          icon={<UsersRound />}
          title={isSuspended ? "Nobody is suspended" : "Nobody has such a name"}
          className="py-8"
        />
      ) : (
        <ul className="grid gap-2" aria-label="People">
          {found.data.map((user) => (
            <PersonRow
              key={user.id}
              user={user}
              onSuspend={() => setChosen(user)}
              onHistory={() => setLooked(user)}
            />
          ))}
        </ul>
      )}
      {looked !== null && <SuspensionHistory user={looked} onClose={() => setLooked(null)} />}
      {chosen !== null && <SuspendDialog user={chosen} onClose={() => setChosen(null)} />}
    </Card>
  );
}

interface PersonRowProps {
  readonly user: ManagedUser;
  readonly onSuspend: () => void;
  readonly onHistory: () => void;
}

function PersonRow({ user, onSuspend, onHistory }: PersonRowProps) {
  const trpc = useTRPC();
  const queries = useQueryClient();
  const lift = useMutation(
    trpc.ops.unsuspend.mutationOptions({
      onSuccess: () => {
        toast.success(`${user.name} may log in again`);
        void queries.invalidateQueries({ queryKey: trpc.ops.pathKey() });
      },
      onError: (error) => toast.error(describeError(error).text),
    }),
  );
  const { suspension } = user;
  return (
    <li className="flex flex-wrap items-center gap-3 text-sm">
      <Avatar id={user.id} name={user.name} className="size-8" />
      <span className="min-w-0 grow basis-40">
        <span className="block truncate font-medium">{user.name}</span>
        <span className="block text-xs text-faint wrap-anywhere">
          {suspension === null
            ? `since ${formatDateTime(user.createdAtMs)}`
            : `suspended ${suspensionWords(suspension)}`}
        </span>
      </span>
      {user.isAdministrator ? (
        <Badge tone="accent">administrator</Badge>
      ) : (
        <span className="ml-auto flex items-center gap-1">
          <Button size="sm" variant="ghost" onClick={onHistory}>
            History<span className="sr-only"> of {user.name}</span>
          </Button>
          {suspension === null ? (
            <Button size="sm" variant="ghost" onClick={onSuspend}>
              Suspend<span className="sr-only"> {user.name}</span>
            </Button>
          ) : (
            <Button size="sm" busy={lift.isPending} onClick={() => lift.mutate({ userId: user.id })}>
              Lift<span className="sr-only"> the suspension of {user.name}</span>
            </Button>
          )}
        </span>
      )}
    </li>
  );
}
