import { useMutation, useQueryClient } from "@tanstack/react-query";
import { toast } from "sonner";
import { describeError } from "../lib/describe-error.ts";
import { useTRPC } from "../lib/trpc.ts";

/** Changes a room, and shows the answer wherever the room is shown. */
export function useUpdateRoom(roomId: string) {
  const trpc = useTRPC();
  const queries = useQueryClient();
  return useMutation(
    trpc.rooms.update.mutationOptions({
      onSuccess: (changed) => {
        queries.setQueryData(trpc.rooms.get.queryKey({ id: roomId }), changed);
        void queries.invalidateQueries({ queryKey: trpc.rooms.mine.queryKey() });
      },
      onError: (error) => toast.error(describeError(error).text),
    }),
  );
}
