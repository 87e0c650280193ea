import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { DoorClosed } from "lucide-react";
import { useState } from "react";
import { Link, useParams } from "react-router";
import { describeError } from "../lib/describe-error.ts";
import { useTRPC } from "../lib/trpc.ts";
import { useMe } from "../lib/use-me.ts";
import { useTitle } from "../lib/use-title.ts";
import { Button } from "../ui/button.tsx";
import { Skeleton } from "../ui/skeleton.tsx";
import { EmptyState, ErrorState } from "../ui/states.tsx";
import { LiveRoom } from "./live-room.tsx";
import { PasswordPrompt } from "./password-prompt.tsx";

/** `/rooms/:id`: finds the room, asks for its password where it has one, and opens it. */
export function RoomPage() {
  const { id = "" } = useParams();
  return <RoomDoor key={id} id={id} />;
}

function RoomDoor({ id }: { readonly id: string }) {
  const trpc = useTRPC();
  const me = useMe();
  const [password, setPassword] = useState<string>();
  const query = useQuery({
    ...trpc.rooms.get.queryOptions({ id, ...(password === undefined ? {} : { password }) }),
    placeholderData: keepPreviousData,
  });
  useTitle(query.data?.title ?? "Room");

  if (query.data !== undefined && me !== undefined) {
    // Another viewer is another feed: own messages, sanctions and role are theirs.
    return <LiveRoom key={me?.id ?? ""} view={query.data} me={me} password={password} />;
  }
  if (query.isError) {
    const { code } = describeError(query.error);
    if (code === "room_password_wrong" || code === "ticket_required") {
      return (
        <PasswordPrompt
          wrong={password !== undefined && !query.isFetching}
          busy={query.isFetching}
          onPassword={setPassword}
        />
      );
    }
    if (code === "room_not_found" || code === "input_invalid") return <NoSuchRoom />;
    return (
      <main id="main">
        <ErrorState error={query.error} onRetry={() => void query.refetch()} />
      </main>
    );
  }
  return <RoomSkeleton />;
}

function NoSuchRoom() {
  return (
    <main id="main">
      <EmptyState
        icon={<DoorClosed />}
        title="There is no such room"
        text="It may have been deleted, or the link is not whole."
        action={
          <Button asChild variant="primary">
            <Link to="/">See who is live</Link>
          </Button>
        }
      />
    </main>
  );
}

function RoomSkeleton() {
  return (
    <main
      id="main"
      aria-busy
      className="grid h-[calc(100dvh-3.5rem)] grid-cols-[minmax(0,1fr)] gap-0 lg:grid-cols-[minmax(0,1fr)_24rem]"
    >
      <span className="sr-only">Loading the room</span>
      <Skeleton className="w-full rounded-none max-lg:aspect-video max-lg:max-h-[38dvh]" />
      <div className="grid content-end gap-3 p-4 max-lg:h-full">
        {["72%", "48%", "86%", "60%", "40%", "76%"].map((width) => (
          <div key={width} style={{ width }}>
            <Skeleton className="h-4" />
          </div>
        ))}
        <Skeleton className="mt-3 h-12" />
      </div>
    </main>
  );
}
