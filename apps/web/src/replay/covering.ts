interface Recorded {
  readonly offsetMs: number;
  readonly durationMs: number | null;
}

/** The recording that shows a moment; of several, the one that began last. */
export function coveringRecording<Recording extends Recorded>(
  recordings: readonly Recording[],
  positionMs: number,
): Recording | undefined {
  return recordings.findLast(
    ({ offsetMs, durationMs }) => positionMs >= offsetMs && positionMs < offsetMs + (durationMs ?? 0),
  );
}
