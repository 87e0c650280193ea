const pattern = /^(?:(\d{1,3})h)?(?:(\d{1,5})m)?(?:(\d{1,7}(?:\.\d{1,3})?)s?)?$/;

/** A moment of a session as a link has it ("83", "83.5", "1m23s", "1h2m"), in milliseconds; 0 for anything else. */
export function parseMoment(text: string | null): number {
  const match = pattern.exec(text ?? "");
  if (match === null) return 0;
  const [hours, minutes, seconds] = match.slice(1).map((part) => Number(part ?? 0));
  return Math.round(((hours ?? 0) * 3600 + (minutes ?? 0) * 60 + (seconds ?? 0)) * 1000);
}

/** A moment as a link has it: whole seconds. */
export function formatMoment(offsetMs: number): string {
  return String(Math.max(0, Math.floor(offsetMs / 1000)));
}

/** A moment in words, to be read out: "1 hour 2 minutes 5 seconds". */
export function momentInWords(offsetMs: number): string {
  const seconds = Math.max(0, Math.floor(offsetMs / 1000));
  const parts = [
    [Math.floor(seconds / 3600), "hour"],
    [Math.floor(seconds / 60) % 60, "minute"],
    [seconds % 60, "second"],
  ] as const;
  const said = parts.filter(([count]) => count > 0);
  if (said.length === 0) return "0 seconds";
  return said.map(([count, noun]) => `${count} ${noun}${count === 1 ? "" : "s"}`).join(" ");
}
