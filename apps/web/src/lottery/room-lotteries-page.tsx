import { ChevronLeft, DoorClosed } from "lucide-react";
import { useState } from "react";
import { Link, useParams } from "react-router";
import { useTitle } from "../lib/use-title.ts";
import { ClosedDoor } from "../room/closed-door.tsx";
import { Card } from "../ui/card.tsx";
import { EmptyState } from "../ui/states.tsx";
import { RoomLotteryHistory, useRoomLotteryHistory } from "./lottery-history.tsx";

/** `/rooms/:id/lotteries`: every lottery that a room has had. */
export function RoomLotteriesPage() {
  const { id = "" } = useParams();
  return <LotteriesDoor key={id} room={id} />;
}

function LotteriesDoor({ room }: { readonly room: string }) {
  const [password, setPassword] = useState<string>();
  const list = useRoomLotteryHistory(room, password);
  useTitle("Lotteries of a room");
  if (list.isError && list.data === undefined) {
    return (
      <ClosedDoor
        error={list.error}
        busy={list.isFetching}
        password={password}
        onPassword={setPassword}
        onRetry={() => void list.refetch()}
        missing={
          <EmptyState icon={<DoorClosed />} title="There is no such room" text="It may have been deleted." />
        }
      />
    );
  }
  return (
    <main id="main" className="mx-auto grid max-w-2xl grid-cols-[minmax(0,1fr)] gap-5 px-4 pt-6 pb-20">
      <div>
        <Link
          to={`/rooms/${room}`}
          className="mb-4 inline-flex items-center gap-1 rounded text-sm text-soft hover:text-ink"
        >
          <ChevronLeft aria-hidden className="size-4" /> To the room
        </Link>
        <h1 className="text-2xl font-bold">Lotteries of this room</h1>
      </div>
      <Card>
        <RoomLotteryHistory list={list} />
      </Card>
    </main>
  );
}
