import { describe, expect, test } from "bun:test";
import { AppError } from "@barrage/protocol";
import { createLogger } from "./create-logger.ts";

function captured() {
  const lines: string[] = [];
  const logger = createLogger({ name: "test", destination: { write: (line) => lines.push(line) } });
  const last = (): Record<string, unknown> => JSON.parse(lines.at(-1) ?? "null");
  return { logger, last, lines };
}

describe("logger", () => {
  test("writes one JSON object per line, with a readable level and time, whatever the text holds", () => {
    const { logger, last, lines } = captured();
    logger.info({ room: "r" }, 'line\nbreak " \u2028');
    expect(lines[0]).toEndWith("\n");
    expect(lines[0]?.trimEnd()).not.toContain("\n");
    expect(last()).toMatchObject({ level: "info", name: "test", room: "r", msg: 'line\nbreak " \u2028' });
    expect(Number.isNaN(Date.parse(String(last()["time"])))).toBe(false);
  });

  test("never shows a secret field, at the top or one level down", () => {
    const { logger, lines } = captured();
    const secrets = { password: "S1", token: "S2", ticket: "S3", streamKey: "S4", newPassword: "S5" };
    logger.info({
      ...secrets,
      user: secrets,
      headers: { authorization: "S6", cookie: "S7", "set-cookie": "S8" },
    });
    logger.info({ request: { headers: { authorization: "S9", cookie: "S10", "set-cookie": "S11" } } });
    expect(lines.join("")).not.toMatch(/S\d/);
  });

  test("tells an error with its code and causes, without a query's parameters or a library's extras", () => {
    const { logger, last, lines } = captured();
    const query = Object.assign(new Error("Failed query: select $1\nparams: SECRET\nSECRET"), {
      params: ["SECRET"],
    });
    logger.error({ error: new AppError("internal", { cause: query }) }, "failed");
    expect(lines.join("")).not.toContain("SECRET");
    expect(last()["error"]).toMatchObject({
      type: "AppError",
      code: "internal",
      cause: { type: "Error", message: "Failed query: select $1" },
    });
  });

  test("survives an error that is its own cause", () => {
    const { logger, last } = captured();
    const error = new Error("round");
    error.cause = error;
    logger.error({ error }, "failed");
    expect(last()["msg"]).toBe("failed");
  });
});
