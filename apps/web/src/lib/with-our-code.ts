import { AppError } from "@barrage/protocol";
import { describeError } from "./describe-error.ts";

/**
 * What a call of the api answers, for the SDK: it tells final refusals (wrong password) from passing ones by our code.
 * @throws AppError with the server's code; anything else when it gave no answer
 */
export async function withOurCode<Answer>(call: Promise<Answer>): Promise<Answer> {
  try {
    return await call;
  } catch (error) {
    const { code } = describeError(error);
    throw code === "unreachable" ? error : new AppError(code, { cause: error });
  }
}
