import { describeError } from "../lib/describe-error.ts";
import { formatWhole } from "../lib/format.ts";

type JsonSchema = Readonly<Record<string, unknown>>;

/** A value in one line. */
export function valueText(value: unknown): string {
  if (typeof value === "boolean") return value ? "on" : "off";
  if (typeof value === "number") return value.toLocaleString("en", { maximumFractionDigits: 20 });
  if (isWords(value)) return value.length === 0 ? "none" : value.join(", ");
  return JSON.stringify(value) ?? "";
}

/** What stands in the field where a value is changed: words as lines, all else as JSON. */
export function fieldText(value: unknown): string {
  return isWords(value) ? value.join("\n") : (JSON.stringify(value) ?? "");
}

/**
 * The value that was typed, of the kind that the setting's JSON Schema asks for. Whether it may be is the api's to say;
 * what JSON has no number for is refused here, since it would arrive as null: the default.
 * @throws Error in words for the person who typed it
 */
export function typedValue(text: string, { type }: JsonSchema): unknown {
  if (type === "array") {
    return text
      .split("\n")
      .map((line) => line.trim())
      .filter((line) => line !== "");
  }
  if (type === "number" || type === "integer") {
    const value = text.trim() === "" ? Number.NaN : Number(text);
    if (!Number.isFinite(value)) throw new Error("This must be a number, without signs between its digits.");
    return value;
  }
  try {
    return JSON.parse(text);
  } catch {
    throw new Error("This can't be read.");
  }
}

/** What a number may be: "From 1 to 1,000." Empty for what is no number within bounds. */
export function boundsText({ minimum, maximum }: JsonSchema): string {
  if (typeof minimum !== "number" || typeof maximum !== "number") return "";
  return `From ${minimum < 1 ? minimum : formatWhole(minimum)} to ${formatWhole(maximum)}.`;
}

/** Why the api refused a value, as it says it; an entry of a list by its place. */
export function refusalText(error: unknown, key: string): string {
  const { issues, text } = describeError(error);
  if (issues.length === 0) return text;
  return issues
    .slice(0, 3)
    .map(({ path, message }) => {
      const place = path.startsWith(`${key}.`) ? Number(path.slice(key.length + 1)) : Number.NaN;
      return Number.isInteger(place) ? `Number ${place + 1}: ${message}.` : `${message}.`;
    })
    .join(" ");
}

function isWords(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.every((item) => typeof item === "string");
}
