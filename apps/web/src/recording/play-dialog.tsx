import { useQuery } from "@tanstack/react-query";
import { useTRPC } from "../lib/trpc.ts";
import { Dialog } from "../ui/dialog.tsx";
import { Skeleton } from "../ui/skeleton.tsx";
import { ErrorState } from "../ui/states.tsx";

/** Plays a recording by itself, for its host to look at. */
export function PlayDialog({ id, onClose }: { readonly id: string; readonly onClose: () => void }) {
  const trpc = useTRPC();
  // Kept no longer than it is looked at: the address ends.
  const playback = useQuery({ ...trpc.media.playback.queryOptions({ id }), staleTime: Infinity, gcTime: 0 });
  return (
    <Dialog open onOpenChange={onClose} title="Recording" className="sm:max-w-2xl">
      {playback.isPending ? (
        <Skeleton className="aspect-video w-full rounded-2xl" />
      ) : playback.isError ? (
        <ErrorState error={playback.error} onRetry={() => void playback.refetch()} />
      ) : (
        // oxlint-disable-next-line jsx_a11y/media-has-caption -- what was said live has no captions
        <video
          src={playback.data.url}
          controls
          autoPlay
          playsInline
          aria-label="Recording"
          className="aspect-video w-full rounded-2xl bg-black"
          onError={() => Date.now() > playback.data.expiresAtMs && void playback.refetch()}
        />
      )}
    </Dialog>
  );
}
