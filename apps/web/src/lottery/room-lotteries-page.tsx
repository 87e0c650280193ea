import { ChevronLeft } from "lucide-react";
import { Link, useParams } from "react-router";
import { useTitle } from "../lib/use-title.ts";
import { Card } from "../ui/card.tsx";
import { RoomLotteryHistory } from "./lottery-history.tsx";

/** `/rooms/:id/lotteries`: every lottery that a room has had. */
export function RoomLotteriesPage() {
  const { id = "" } = useParams();
  useTitle("Lotteries of a room");
  return (
    <main id="main" className="mx-auto grid max-w-2xl grid-cols-[minmax(0,1fr)] gap-5 px-4 pt-6 pb-20">
      <div>
        <Link
          to={`/rooms/${id}`}
          className="mb-4 inline-flex items-center gap-1 rounded text-sm text-soft hover:text-ink"
        >
          <ChevronLeft aria-hidden className="size-4" /> To the room
        </Link>
        <h1 className="text-2xl font-bold">Lotteries of this room</h1>
      </div>
      <Card>
        <RoomLotteryHistory roomId={id} />
      </Card>
    </main>
  );
}
