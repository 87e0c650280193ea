import { useMutation, useQueryClient } from "@tanstack/react-query";
import { Check, UserPlus } from "lucide-react";
import { Link, useLocation } from "react-router";
import { toast } from "sonner";
import { describeError } from "../lib/describe-error.ts";
import { useTRPC } from "../lib/trpc.ts";
import { useMe } from "../lib/use-me.ts";
import { Button, type ButtonProps } from "../ui/button.tsx";
import type { RoomNow } from "./room-now.ts";

interface FollowButtonProps {
  readonly room: Pick<RoomNow, "host" | "following">;
  readonly variant?: ButtonProps["variant"];
}

/** Follows and unfollows the host. Hosts don't follow themselves; whoever is not logged in is asked to. */
export function FollowButton({ room, variant = "outline" }: FollowButtonProps) {
  const trpc = useTRPC();
  const queries = useQueryClient();
  const me = useMe();
  const { pathname } = useLocation();
  const options = {
    onSuccess: () => queries.invalidateQueries({ queryKey: trpc.rooms.get.queryKey() }),
    onError: (error: unknown) => toast.error(describeError(error).text),
  };
  const follow = useMutation(trpc.users.follow.mutationOptions(options));
  const unfollow = useMutation(trpc.users.unfollow.mutationOptions(options));
  if (me?.id === room.host.id) return null;
  if (me === null) {
    return (
      <Button asChild variant={variant} size="sm">
        <Link to={`/login?next=${encodeURIComponent(pathname)}`}>
          <UserPlus /> Follow
        </Link>
      </Button>
    );
  }
  const { mutate, isPending } = room.following ? unfollow : follow;
  return (
    <Button
      variant={room.following ? "outline" : variant}
      size="sm"
      busy={isPending}
      aria-pressed={room.following}
      onClick={() => mutate({ userId: room.host.id })}
    >
      {room.following ? <Check /> : <UserPlus />}
      {room.following ? "Following" : "Follow"}
      <span className="sr-only"> {room.host.name}</span>
    </Button>
  );
}
