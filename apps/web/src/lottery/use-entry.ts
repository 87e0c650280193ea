import { useMutation, useQueryClient } from "@tanstack/react-query";
import { toast } from "sonner";
import { describeError } from "../lib/describe-error.ts";
import { useTRPC } from "../lib/trpc.ts";

/** Enters a lottery and takes an entry back; both may be repeated. Afterwards the api is asked how it stands. */
export function useEntry(id: string) {
  const trpc = useTRPC();
  const queries = useQueryClient();
  const options = {
    // Also after a refusal: it says that something here is out of date.
    onSettled: () => queries.invalidateQueries({ queryKey: trpc.lottery.pathKey() }),
    onError: (error: unknown) => {
      toast.error(describeError(error).text);
    },
  };
  const enter = useMutation(trpc.lottery.enter.mutationOptions(options));
  const withdraw = useMutation(trpc.lottery.withdraw.mutationOptions(options));
  return {
    enter: () => enter.mutate({ id }),
    withdraw: () => withdraw.mutate({ id }),
    entering: enter.isPending,
    withdrawing: withdraw.isPending,
  };
}
