import type { TRPCClient } from "@trpc/client";
import type { AppRouter } from "../lib/app-router.ts";
import { withOurCode } from "../lib/with-our-code.ts";

interface TicketRequest {
  readonly id: string;
  /** Of a private room, unless the viewer is let in without. */
  readonly password: string | undefined;
}

/** A ticket for one connection to a room. @throws AppError with the server's code; anything else when it gave no answer */
export async function roomTicket(
  client: TRPCClient<AppRouter>,
  { id, password }: TicketRequest,
): Promise<string> {
  const asked = client.rooms.ticket.mutate({ id, ...(password === undefined ? {} : { password }) });
  return (await withOurCode(asked)).ticket;
}
