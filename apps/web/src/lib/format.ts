const compact = new Intl.NumberFormat("en", { notation: "compact", maximumFractionDigits: 1 });
const whole = new Intl.NumberFormat("en");
const dateTime = new Intl.DateTimeFormat("en", { dateStyle: "medium", timeStyle: "short" });
const clock = new Intl.DateTimeFormat(undefined, { hour: "2-digit", minute: "2-digit" });
const relative = new Intl.RelativeTimeFormat("en", { numeric: "auto" });

/** 1284 → "1.3K". */
export function formatCount(count: number): string {
  return compact.format(count);
}

/** 1284 → "1,284". */
export function formatWhole(count: number): string {
  return whole.format(count);
}

/** A count with its noun: "1 viewer", "2 viewers". */
export function plural(count: number, noun: string): string {
  return `${formatWhole(count)} ${noun}${count === 1 ? "" : "s"}`;
}

/** A length of time as a clock: 59_000 → "0:59", 3_600_000 → "1:00:00". */
export function formatDuration(durationMs: number): string {
  const seconds = Math.max(0, Math.floor(durationMs / 1000));
  const pad = (value: number) => String(value).padStart(2, "0");
  const minutes = Math.floor(seconds / 60) % 60;
  const hours = Math.floor(seconds / 3600);
  return hours > 0 ? `${hours}:${pad(minutes)}:${pad(seconds % 60)}` : `${minutes}:${pad(seconds % 60)}`;
}

/** A wait in words, rounded up: 1_200 → "2 seconds", 61_000 → "2 minutes". */
export function formatWait(waitMs: number): string {
  const seconds = Math.max(1, Math.ceil(waitMs / 1000));
  return seconds <= 90 ? plural(seconds, "second") : plural(Math.ceil(seconds / 60), "minute");
}

/** A wait that may be long, rounded up to its biggest unit: 100 minutes → "2 hours". Rules need {@link formatWait}. */
export function formatRoughWait(waitMs: number): string {
  const hours = Math.ceil(waitMs / 3_600_000);
  if (hours <= 1) return formatWait(waitMs);
  return hours <= 48 ? plural(hours, "hour") : plural(Math.ceil(hours / 24), "day");
}

export function formatDateTime(atMs: number): string {
  return dateTime.format(atMs);
}

/** The time of day in the viewer's own zone. */
export function formatClock(atMs: number): string {
  return clock.format(atMs);
}

/** "3 hours ago". */
export function formatAgo(atMs: number, nowMs: number): string {
  const seconds = Math.round((atMs - nowMs) / 1000);
  const steps = [
    ["day", 86_400],
    ["hour", 3600],
    ["minute", 60],
  ] as const;
  for (const [unit, size] of steps) {
    if (Math.abs(seconds) >= size) return relative.format(Math.trunc(seconds / size), unit);
  }
  return "just now";
}
