import { useMutation } from "@tanstack/react-query";
import { formatDateTime } from "../lib/format.ts";
import { useTRPC } from "../lib/trpc.ts";
import { Avatar } from "../ui/avatar.tsx";
import { Button } from "../ui/button.tsx";
import { Card } from "../ui/card.tsx";
import { useModerateOptions } from "./use-moderate.ts";

interface Sanctioned {
  readonly user: { readonly id: string; readonly name: string };
  readonly untilMs: number | null;
}

interface SanctionsCardProps {
  readonly roomId: string;
  readonly muted: readonly Sanctioned[];
  readonly banned: readonly Sanctioned[];
}

/** Who is muted and who is banned, and the way to lift it. Both are done from a message in the room. */
export function SanctionsCard({ roomId, muted, banned }: SanctionsCardProps) {
  const trpc = useTRPC();
  const options = useModerateOptions(roomId);
  const unmute = useMutation(trpc.rooms.unmute.mutationOptions(options));
  const unban = useMutation(trpc.rooms.unban.mutationOptions(options));
  return (
    <Card title="Muted and banned" text="Mute or ban from the menu of a message in the room.">
      <SanctionList
        title="Muted"
        people={muted}
        action="Unmute"
        onLift={(userId) => unmute.mutate({ id: roomId, userId })}
      />
      <SanctionList
        title="Banned"
        people={banned}
        action="Lift the ban"
        onLift={(userId) => unban.mutate({ id: roomId, userId })}
      />
    </Card>
  );
}

interface SanctionListProps {
  readonly title: string;
  readonly people: readonly Sanctioned[];
  readonly action: string;
  readonly onLift: (userId: string) => void;
}

function SanctionList({ title, people, action, onLift }: SanctionListProps) {
  return (
    <div className="mt-4 first-of-type:mt-0">
      <h3 className="mb-2 text-sm font-medium text-soft">{title}</h3>
      {people.length === 0 && <p className="text-sm text-faint">Nobody.</p>}
      <ul className="grid gap-2">
        {people.map(({ user, untilMs }) => (
          <li key={user.id} className="flex items-center gap-3 text-sm">
            <Avatar id={user.id} name={user.name} className="size-8" />
            <span className="min-w-0 grow">
              <span className="block truncate font-medium">{user.name}</span>
              <span className="text-xs text-faint">
                {untilMs === null ? "until lifted" : `until ${formatDateTime(untilMs)}`}
              </span>
            </span>
            <Button size="sm" variant="ghost" onClick={() => onLift(user.id)}>
              {action}
              <span className="sr-only"> {user.name}</span>
            </Button>
          </li>
        ))}
      </ul>
    </div>
  );
}
