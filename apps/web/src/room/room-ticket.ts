import { AppError } from "@barrage/protocol";
import type { TRPCClient } from "@trpc/client";
import type { AppRouter } from "../lib/app-router.ts";
import { describeError } from "../lib/describe-error.ts";

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
  try {
    const answer = await client.rooms.ticket.mutate({ id, ...(password === undefined ? {} : { password }) });
    return answer.ticket;
  } catch (error) {
    const { code } = describeError(error);
    // The SDK tells final refusals (wrong password) from passing ones by our code.
    throw code === "unreachable" ? error : new AppError(code, { cause: error });
  }
}
