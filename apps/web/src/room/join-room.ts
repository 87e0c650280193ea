import type { RoomJoin } from "@barrage/client";
import type { TRPCClient } from "@trpc/client";
import type { AppRouter } from "../lib/app-router.ts";
import { withOurCode } from "../lib/with-our-code.ts";

interface JoinRequest {
  readonly id: string;
  /** Of a private room, unless the viewer is let in without. */
  readonly password: string | undefined;
}

/** Where to watch a room, and with what. @throws as {@link withOurCode} */
export function joinRoom(client: TRPCClient<AppRouter>, { id, password }: JoinRequest): Promise<RoomJoin> {
  return withOurCode(client.rooms.join.mutate({ id, ...(password === undefined ? {} : { password }) }));
}
