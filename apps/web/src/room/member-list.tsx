import { useInfiniteQuery } from "@tanstack/react-query";
import { Eye } from "lucide-react";
import { useState } from "react";
import { formatCount, plural } from "../lib/format.ts";
import { useTRPC } from "../lib/trpc.ts";
import { Avatar } from "../ui/avatar.tsx";
import { Badge } from "../ui/badge.tsx";
import { Button } from "../ui/button.tsx";
import { Popover } from "../ui/popover.tsx";
import { Skeleton } from "../ui/skeleton.tsx";
import { ErrorState } from "../ui/states.tsx";
import type { RoomNow } from "./room-now.ts";

interface MemberListProps {
  readonly room: RoomNow;
  /** Of a private room, unless the viewer is let in without. */
  readonly password: string | undefined;
}

/** The count of viewers, which opens the list of them. */
export function MemberListButton({ room, password }: MemberListProps) {
  const [open, setOpen] = useState(false);
  return (
    <Popover
      label="Who is here"
      open={open}
      onOpenChange={setOpen}
      className="w-[min(20rem,calc(100vw-1rem))] p-0"
      trigger={
        <Button size="sm" variant="ghost" className="gap-1.5 px-2 font-normal text-soft tabular-nums">
          <Eye aria-hidden />
          <span aria-hidden data-testid="viewers">
            {formatCount(room.viewers)}
          </span>
          <span className="sr-only">{plural(room.viewers, "viewer")}: show who is here</span>
        </Button>
      }
    >
      <MemberList id={room.id} password={password} />
    </Popover>
  );
}

const pageSize = 50;

function MemberList({ id, password }: { readonly id: string; readonly password: string | undefined }) {
  const trpc = useTRPC();
  const list = useInfiniteQuery({
    ...trpc.rooms.members.infiniteQueryOptions(
      { id, limit: pageSize, ...(password === undefined ? {} : { password }) },
      { getNextPageParam: (page) => (page.state === "shown" ? page.nextCursor : null) ?? undefined },
    ),
    // People come and go while one looks.
    refetchInterval: 5_000,
    gcTime: 0,
  });
  if (list.isPending) return <Waiting />;
  if (list.isError && list.data === undefined)
    return <ErrorState error={list.error} onRetry={() => void list.refetch()} />;
  const first = list.data?.pages[0];
  if (first === undefined || first.state === "off")
    return <Words title="Who is here" text="The host does not show who is here." />;
  if (first.state === "crowded")
    return (
      <Words
        title={plural(first.viewers, "viewer")}
        text="Too many to name them all: the list comes back when the room is smaller."
      />
    );
  const members = list.data?.pages.flatMap((page) => (page.state === "shown" ? page.items : [])) ?? [];
  return (
    <>
      <h2 className="border-b border-line px-4 py-3 text-sm font-semibold">Who is here</h2>
      {members.length > 0 && (
        <ul aria-label="Who is here" className="grid max-h-[min(20rem,50dvh)] gap-0.5 overflow-y-auto p-2">
          {members.map(({ user, role }) => (
            <li key={user.id} className="flex items-center gap-2.5 rounded-lg px-2 py-1.5 text-sm">
              <Avatar id={user.id} name={user.name} className="size-7 text-xs" />
              <span className="min-w-0 grow truncate">{user.name}</span>
              {role !== "viewer" && <Badge>{role === "host" ? "Host" : "Mod"}</Badge>}
            </li>
          ))}
          {list.hasNextPage && (
            <li className="grid justify-center py-1">
              <Button size="sm" busy={list.isFetchingNextPage} onClick={() => void list.fetchNextPage()}>
                More
              </Button>
            </li>
          )}
        </ul>
      )}
      <p className="border-line px-4 py-3 text-[13px] text-soft not-first:border-t">
        {othersText(first.anonymous, members.length)}
      </p>
    </>
  );
}

function othersText(anonymous: number, named: number): string {
  if (anonymous === 0) return named === 0 ? "Nobody is watching right now." : "Everybody here is logged in.";
  return `${named === 0 ? "" : "And "}${plural(anonymous, "viewer")} who ${anonymous === 1 ? "is" : "are"} not logged in.`;
}

function Words({ title, text }: { readonly title: string; readonly text: string }) {
  return (
    <div className="grid gap-1 p-4 text-sm">
      <h2 className="font-semibold">{title}</h2>
      <p className="text-soft">{text}</p>
    </div>
  );
}

function Waiting() {
  return (
    <div aria-busy className="grid gap-3 p-4">
      <span className="sr-only">Loading who is here</span>
      {["60%", "45%", "70%"].map((width) => (
        <div key={width} className="flex items-center gap-2.5">
          <Skeleton className="size-7 rounded-full" />
          <div style={{ width }}>
            <Skeleton className="h-4" />
          </div>
        </div>
      ))}
    </div>
  );
}
