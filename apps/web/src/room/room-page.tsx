import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { DoorClosed } from "lucide-react";
import { useState } from "react";
import { Link, useParams } from "react-router";
import { useTRPC } from "../lib/trpc.ts";
import { useMe } from "../lib/use-me.ts";
import { useTitle } from "../lib/use-title.ts";
import { Button } from "../ui/button.tsx";
import { EmptyState } from "../ui/states.tsx";
import { ClosedDoor } from "./closed-door.tsx";
import { LiveRoom } from "./live-room.tsx";
import { StageSkeleton } from "./stage-skeleton.tsx";

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
    return (
      <ClosedDoor
        error={query.error}
        busy={query.isFetching}
        password={password}
        onPassword={setPassword}
        onRetry={() => void query.refetch()}
        missing={<NoSuchRoom />}
      />
    );
  }
  return <StageSkeleton label="Loading the room" hasComposer />;
}

function NoSuchRoom() {
  return (
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
  );
}
