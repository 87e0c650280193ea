import { coverFaultTexts } from "@barrage/domain";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useEffect } from "react";
import { toast } from "sonner";
import { describeError } from "../lib/describe-error.ts";
import { useTRPC } from "../lib/trpc.ts";
import { useCoverUpload } from "./use-cover-upload.ts";

const checkEveryMs = 1_000;

/** A room's cover in its host's hands: how it stands, and what can be done about it. */
export function useCover(roomId: string) {
  const trpc = useTRPC();
  const queries = useQueryClient();
  const { sending, fault, upload, cancel } = useCoverUpload(roomId);
  const stands = useQuery({
    ...trpc.media.cover.queryOptions({ room: roomId }),
    refetchInterval: (query) => (query.state.data?.state === "checking" ? checkEveryMs : false),
  });
  const cover = stands.data?.cover;
  useEffect(() => {
    // The worker has changed the room: whatever shows it asks again.
    if (cover === undefined) return;
    void queries.invalidateQueries({ queryKey: trpc.rooms.get.queryKey({ id: roomId }) });
    void queries.invalidateQueries({ queryKey: trpc.rooms.mine.queryKey() });
  }, [cover, queries, roomId, trpc]);
  const removal = useMutation(
    trpc.media.removeCover.mutationOptions({
      onSuccess: () => stands.refetch(),
      onError: (error) => toast.error(describeError(error).text),
    }),
  );
  const refused = stands.data?.fault ?? null;
  return {
    stands,
    sending,
    /** Why the last file did not become a cover, in words. */
    fault: fault ?? (refused === null ? null : coverFaultTexts[refused]),
    upload,
    cancel,
    remove: (onDone: () => void) => removal.mutate({ room: roomId }, { onSettled: onDone }),
    removing: removal.isPending,
  };
}
