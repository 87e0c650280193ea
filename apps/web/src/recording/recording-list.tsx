import { ErrorState } from "../ui/states.tsx";
import { RecordingRow } from "./recording-row.tsx";
import type { RecordingPlace } from "./recording-run.ts";
import { useRecorderState, useRecordings } from "./use-recordings.ts";

/** A session's recordings, as their host sees them. Nothing when there are none. */
export function RecordingList({ place }: { readonly place: RecordingPlace }) {
  const recordings = useRecordings(place);
  const { recording: running } = useRecorderState();
  if (recordings.isError)
    return <ErrorState error={recordings.error} onRetry={() => void recordings.refetch()} />;
  // The one that is being recorded has a place of its own.
  const items = (recordings.data?.items ?? []).filter(({ id }) => id !== running);
  if (items.length === 0) return null;
  return (
    <ul aria-label="Recordings" className="grid gap-2">
      {items.map((item) => (
        <RecordingRow key={item.id} recording={item} />
      ))}
    </ul>
  );
}
