import { useTitle } from "../lib/use-title.ts";
import { Card } from "../ui/card.tsx";
import { OwnLotteryHistory } from "./lottery-history.tsx";

/** `/lotteries`: every lottery that this user entered. */
export function OwnLotteriesPage() {
  useTitle("My lotteries");
  return (
    <main id="main" className="mx-auto grid max-w-2xl grid-cols-[minmax(0,1fr)] gap-5 px-4 pt-8 pb-20">
      <h1 className="text-2xl font-bold">My lotteries</h1>
      <Card>
        <OwnLotteryHistory />
      </Card>
    </main>
  );
}
