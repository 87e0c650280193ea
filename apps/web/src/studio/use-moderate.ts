import { useQueryClient } from "@tanstack/react-query";
import { toast } from "sonner";
import { describeError } from "../lib/describe-error.ts";
import { useTRPC } from "../lib/trpc.ts";

/** What every act of moderation has in common: afterwards the lists are asked for again; a failure is said. */
export function useModerateOptions(roomId: string) {
  const trpc = useTRPC();
  const queries = useQueryClient();
  return {
    onSettled: () => queries.invalidateQueries({ queryKey: trpc.rooms.moderation.queryKey({ id: roomId }) }),
    onError: (error: unknown) => {
      toast.error(describeError(error).text);
    },
  };
}
