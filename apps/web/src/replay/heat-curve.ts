/** The box in which the curve is drawn; it is stretched to its place. */
export const heatBox = { width: 1000, height: 100 } as const;

/** What a quiet part still shows, so that the line is seen all along. */
const floorShare = 0.06;

/**
 * A filled curve over a session as an SVG path. The square root lets the quieter parts be seen beside a peak, and each
 * part is averaged with its neighbours, which are often of the same burst.
 */
export function heatPath(counts: readonly number[]): string {
  const { width, height } = heatBox;
  const smooth = counts.map((count, index) => {
    const before = counts[index - 1] ?? count;
    const after = counts[index + 1] ?? count;
    return Math.sqrt((before + 2 * count + after) / 4);
  });
  const top = Math.max(...smooth, 0);
  const step = width / Math.max(1, smooth.length);
  const points = smooth.map((value, index) => {
    const share = top === 0 ? 0 : value / top;
    return { x: (index + 0.5) * step, y: height * (1 - floorShare - (0.94 - floorShare) * share) };
  });
  const [first] = points;
  const last = points.at(-1);
  if (first === undefined || last === undefined) return "";
  const curve = points.slice(1).map((point, index) => {
    const from = points[index] ?? first;
    const middle = round((from.x + point.x) / 2);
    return `C${middle} ${round(from.y)} ${middle} ${round(point.y)} ${round(point.x)} ${round(point.y)}`;
  });
  const start = `M0 ${height}L0 ${round(first.y)}L${round(first.x)} ${round(first.y)}`;
  return `${start}${curve.join("")}L${width} ${round(last.y)}L${width} ${height}Z`;
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}
