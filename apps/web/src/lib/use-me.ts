import { useQuery } from "@tanstack/react-query";
import { useTRPC } from "./trpc.ts";

/** Who is logged in here: a user, null for nobody, undefined while that is not known. */
export function useMe() {
  const trpc = useTRPC();
  const { data } = useQuery({ ...trpc.users.me.queryOptions(), staleTime: 60_000 });
  return data;
}
