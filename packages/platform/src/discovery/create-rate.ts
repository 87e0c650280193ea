/** Turns a counter that only grows into how much it grew in a second. @returns what to call once per report */
export function createRate(read: () => number): (sinceS: number) => number {
  let last = read();
  return (sinceS) => {
    const now = read();
    const rate = Math.max(0, now - last) / sinceS;
    last = now;
    return rate;
  };
}
