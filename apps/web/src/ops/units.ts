import { formatWhole } from "../lib/format.ts";

const units = ["B", "KB", "MB", "GB", "TB"] as const;

/** 52_428_800 → "50 MB". */
export function formatBytes(bytes: number): string {
  const step = Math.min(units.length - 1, Math.max(0, Math.floor(Math.log2(Math.max(1, bytes)) / 10)));
  const value = bytes / 1_024 ** step;
  return `${value < 10 && step > 0 ? value.toFixed(1) : Math.round(value)} ${units[step]}`;
}

/** 0.25 → "0.25", 12.3 → "12". */
export function formatRate(perS: number): string {
  return perS < 10 ? String(Math.round(perS * 100) / 100) : formatWhole(Math.round(perS));
}

/** An age: 0 → "none", 3.2 → "3.2 s", 7_200 → "2 h". */
export function formatAge(seconds: number): string {
  if (seconds < 0.05) return "none";
  if (seconds < 120) return `${seconds < 10 ? seconds.toFixed(1) : Math.round(seconds)} s`;
  return seconds < 7_200 ? `${Math.round(seconds / 60)} min` : `${Math.round(seconds / 3_600)} h`;
}
