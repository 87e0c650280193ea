import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { Clapperboard, Hourglass } from "lucide-react";
import { useState } from "react";
import { Link, useParams, useSearchParams } from "react-router";
import type { ReplayView } from "../lib/app-router.ts";
import { useTRPC } from "../lib/trpc.ts";
import { useMe } from "../lib/use-me.ts";
import { useTitle } from "../lib/use-title.ts";
import { ClosedDoor } from "../room/closed-door.tsx";
import { StageSkeleton } from "../room/stage-skeleton.tsx";
import { Button } from "../ui/button.tsx";
import { Spinner } from "../ui/spinner.tsx";
import { EmptyState } from "../ui/states.tsx";
import { parseMoment } from "./moment-text.ts";
import { ReplayRoom } from "./replay-room.tsx";

/** `/rooms/:id/replays/:session`: a session, seen again; `?t=` says from which moment on. */
export function ReplayPage() {
  const { id = "", session = "" } = useParams();
  const [params] = useSearchParams();
  const moment = params.get("t");
  // Another moment in the address is another visit.
  return <ReplayDoor key={`${id} ${session} ${moment}`} room={id} session={session} moment={moment} />;
}

interface ReplayDoorProps {
  readonly room: string;
  readonly session: string;
  readonly moment: string | null;
}

const runningEveryMs = 10_000;
const preparingEveryMs = 2_000;

function ReplayDoor({ room, session, moment }: ReplayDoorProps) {
  const trpc = useTRPC();
  const me = useMe();
  const [password, setPassword] = useState<string>();
  const query = useQuery({
    ...trpc.replay.get.queryOptions({ room, session, ...(password === undefined ? {} : { password }) }),
    placeholderData: keepPreviousData,
    refetchInterval: ({ state: { data } }) => {
      if (data === undefined) return false;
      if (data.archive === "missing") return preparingEveryMs;
      return data.endedAtMs === null ? runningEveryMs : false;
    },
  });
  const replay = query.data;
  useTitle(replay === undefined ? "Replay" : `${replay.room.title}: replay`);

  if (replay !== undefined && me !== undefined) {
    if (replay.archive === "missing") return <Preparing replay={replay} />;
    return (
      <ReplayRoom
        key={me?.id ?? ""}
        replay={replay}
        answeredAtMs={query.dataUpdatedAt}
        me={me}
        password={password}
        startMs={parseMoment(moment)}
      />
    );
  }
  if (query.isError) {
    return (
      <ClosedDoor
        error={query.error}
        busy={query.isFetching}
        password={password}
        onPassword={setPassword}
        onRetry={() => void query.refetch()}
        missing={<NoSuchSession />}
      />
    );
  }
  return <StageSkeleton label="Loading the replay" hasComposer={false} />;
}

function NoSuchSession() {
  return (
    <>
      <h1 className="sr-only">Replay</h1>
      <EmptyState
        icon={<Clapperboard />}
        title="There is no such session"
        text="Its room may have been deleted, or the link is not whole."
        action={
          <Button asChild variant="primary">
            <Link to="/">See who is live</Link>
          </Button>
        }
      />
    </>
  );
}

function Preparing({ replay }: { readonly replay: ReplayView }) {
  return (
    <main id="main">
      <h1 className="sr-only">{replay.room.title}: replay</h1>
      <EmptyState
        icon={<Hourglass />}
        title="The replay is not there yet"
        text={
          <>
            It is made within seconds after a session begins. This page opens it by itself as soon as it is
            there.
            <span className="mt-4 flex items-center justify-center gap-2">
              <Spinner label="Waiting for the replay" />
            </span>
          </>
        }
        action={
          <Button asChild>
            <Link to={`/rooms/${replay.room.id}`}>Open the room</Link>
          </Button>
        }
      />
    </main>
  );
}
