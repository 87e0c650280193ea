/** The address in an app's "ready" log line; `null` for every other line. */
export function readyUrl(line: string): string | null {
  if (!line.startsWith("{")) return null;
  try {
    const entry: unknown = JSON.parse(line);
    if (typeof entry !== "object" || entry === null) return null;
    if (!("msg" in entry) || entry.msg !== "ready" || !("url" in entry)) return null;
    return typeof entry.url === "string" ? entry.url : null;
  } catch {
    return null;
  }
}
