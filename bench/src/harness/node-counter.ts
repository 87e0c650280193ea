const metricsMsMax = 5_000;

/** A counter of a realtime node, all labels together, by its name in `/metrics` without `barrage_realtime_` and `_total`. */
export async function nodeCounter(url: string, name: string): Promise<number> {
  const answer = await fetch(`${url}/metrics`, { signal: AbortSignal.timeout(metricsMsMax) });
  const samples = (await answer.text()).matchAll(/^barrage_realtime_(\w+)_total\S* (\d+)$/gm);
  const values = [...samples].filter(([, known]) => known === name).map(([, , value]) => Number(value));
  if (values.length === 0) throw new Error(`the node has no counter named ${name}`);
  return values.reduce((sum, value) => sum + value, 0);
}
