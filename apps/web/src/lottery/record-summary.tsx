import type { DrawRecord } from "@barrage/domain";
import { formatDateTime, formatWhole } from "../lib/format.ts";
import { Winners } from "./lottery-result.tsx";
import type { Verification } from "./verify-files.ts";

interface RecordSummaryProps {
  readonly verification: Verification;
  readonly record: DrawRecord;
}

/** What the record says; worth reading only as far as its checks hold. */
export function RecordSummary({ verification, record }: RecordSummaryProps) {
  const { lottery, winners } = record;
  const own = winners.find(({ entryId }) => entryId === verification.proof?.entryId);
  const named = winners.map(({ prizeId, rank, user }) => {
    const prizeName = lottery.prizes.find(({ id }) => id === prizeId)?.name ?? "";
    return { prizeId, prizeName, rank, user };
  });
  return (
    <section aria-label="What the record says" className="mt-5 grid gap-4 border-t border-line pt-5">
      <div>
        <h3 className="font-semibold wrap-anywhere">{lottery.title}</h3>
        <p className="text-[13px] text-faint">
          Drawn {formatDateTime(lottery.drawnAtMs)} from {formatWhole(record.count)} entries
        </p>
      </div>
      <Winners prizes={lottery.prizes} winners={named} meId={own?.user.id ?? null} shownMax={50} />
    </section>
  );
}
