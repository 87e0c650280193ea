import { expect, test } from "bun:test";
import { AppError, errorCodes } from "@barrage/protocol";
import { describeError, issueOf } from "./describe-error.ts";

const asTrpc = (error: AppError) => Object.assign(new Error("x"), { data: { barrage: error.toBody() } });

test("every code of the table becomes a sentence without the code in it", () => {
  for (const code of errorCodes) {
    const { text } = describeError(asTrpc(new AppError(code)));
    expect(text).toMatch(/[.)]$/);
    expect(text).not.toContain(code);
  }
});

test("a wait is said and kept; issues are said and found by their field", () => {
  const waiting = describeError(asTrpc(new AppError("slow_mode", { retryAfterMs: 4_200 })));
  expect(waiting).toMatchObject({ code: "slow_mode", retryable: true, retryAfterMs: 4_200 });
  expect(waiting.text).toEndWith("Try again in 5 seconds.");
  const invalid = asTrpc(
    new AppError("input_invalid", { issues: [{ path: "name", message: "is too short" }] }),
  );
  expect(describeError(invalid).text).toContain("name: is too short");
  expect(issueOf(invalid, "name")).toBe("is too short");
});

test("our own AppError is described like one that came over the wire", () => {
  expect(describeError(new AppError("text_invalid")).code).toBe("text_invalid");
});

test("whatever holds no error body counts as no answer", () => {
  for (const error of [
    new TypeError("Failed to fetch"),
    undefined,
    "boom",
    { data: { barrage: { code: "made_up" } } },
  ]) {
    expect(describeError(error)).toMatchObject({ code: "unreachable", retryable: true });
  }
});
