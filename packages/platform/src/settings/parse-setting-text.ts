import { type SettingName, settingsTable } from "./settings-table.ts";

const switches: Readonly<Record<string, boolean>> = { on: true, off: false, yes: true, no: false };

/**
 * The value that somebody typed for a setting: JSON, or for switches on and off, and for lists words with commas between.
 * What it may be is not judged here.
 */
export function parseSettingText(name: SettingName, text: string): unknown {
  const usual: unknown = settingsTable[name].default;
  if (Array.isArray(usual) && !text.trimStart().startsWith("[")) {
    return text
      .split(",")
      .map((word) => word.trim())
      .filter((word) => word !== "");
  }
  if (typeof usual === "boolean" && Object.hasOwn(switches, text)) return switches[text];
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
