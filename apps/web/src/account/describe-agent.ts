// Order matters: Edge says it is Chrome, and Chrome says it is Safari.
const browsers = [
  [/Edg\//, "Edge"],
  [/OPR\//, "Opera"],
  [/Firefox\//, "Firefox"],
  [/(?:Chrome|CriOS)\//, "Chrome"],
  [/Safari\//, "Safari"],
  [/bun|node|curl/i, "A program"],
] as const;

const systems = [
  [/Android/, "Android"],
  [/iPhone|iPad/, "iOS"],
  [/Windows/, "Windows"],
  [/Mac OS X|Macintosh/, "macOS"],
  [/CrOS/, "ChromeOS"],
  [/Linux/, "Linux"],
] as const;

/** A user agent as people would say it: "Firefox on Windows". A hint for its owner; nothing is decided by it. */
export function describeAgent(userAgent: string | null): string {
  if (userAgent === null || userAgent === "") return "Unknown program";
  const browser = browsers.find(([pattern]) => pattern.test(userAgent))?.[1];
  const system = systems.find(([pattern]) => pattern.test(userAgent))?.[1];
  if (browser === undefined) return system ?? "Unknown program";
  return system === undefined ? browser : `${browser} on ${system}`;
}
