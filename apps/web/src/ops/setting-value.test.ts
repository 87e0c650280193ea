import { expect, test } from "bun:test";
import { boundsText, fieldText, refusalText, typedValue, valueText } from "./setting-value.ts";

test("what is typed becomes a value of the setting's kind, and a value what can be typed", () => {
  expect(typedValue("40", { type: "integer" })).toBe(40);
  expect(typedValue("0.5", { type: "number" })).toBe(0.5);
  expect(typedValue("false", { type: "boolean" })).toBe(false);
  expect(typedValue(" one \n\n two", { type: "array" })).toEqual(["one", "two"]);
  expect(typedValue(fieldText(50_000), { type: "integer" })).toBe(50_000);
  expect(typedValue(fieldText(["one", "two"]), { type: "array" })).toEqual(["one", "two"]);
  expect([["a", "b"], [], false, 50_000, 0.01].map(valueText)).toEqual([
    "a, b",
    "none",
    "off",
    "50,000",
    "0.01",
  ]);
});

test("what is no value is refused in words, and never becomes null, which would mean the default", () => {
  for (const text of ["many", "", " ", "NaN", "1e999", "1,000"])
    expect(() => typedValue(text, { type: "integer" })).toThrow("must be a number");
  expect(() => typedValue("{", { type: "object" })).toThrow("can't be read");
});

test("bounds and refusals are said as people read them", () => {
  expect(boundsText({ type: "number", minimum: 0.01, maximum: 100_000 })).toBe("From 0.01 to 100,000.");
  expect(boundsText({ type: "array" })).toBe("");
  const refusal = (path: string) => ({
    code: "input_invalid",
    message: "The input is not valid.",
    issues: [{ path, message: "Too long" }],
  });
  expect(refusalText(refusal("moderation.blockedWords.2"), "moderation.blockedWords")).toBe(
    "Number 3: Too long.",
  );
  expect(refusalText(refusal("messages.burst"), "messages.burst")).toBe("Too long.");
  expect(refusalText(new Error("network"), "messages.burst")).toContain("can't be reached");
});
