const metricsMsMax = 5_000;

async function metricsOf(url: string): Promise<string> {
  const answer = await fetch(`${url}/metrics`, { signal: AbortSignal.timeout(metricsMsMax) });
  return await answer.text();
}

/** A counter of a realtime node, all labels together, by its name in `/metrics` without `barrage_realtime_` and `_total`. */
export async function nodeCounter(url: string, name: string): Promise<number> {
  const samples = (await metricsOf(url)).matchAll(/^barrage_realtime_(\w+)_total\S* (\d+)$/gm);
  const values = [...samples].filter(([, known]) => known === name).map(([, , value]) => Number(value));
  if (values.length === 0) throw new Error(`the node has no counter named ${name}`);
  return values.reduce((sum, value) => sum + value, 0);
}

/** A gauge of a realtime node, by its name in `/metrics` without `barrage_realtime_`. */
export async function nodeGauge(url: string, name: string): Promise<number> {
  const value = new RegExp(`^barrage_realtime_${name} (\\d+)$`, "m").exec(await metricsOf(url))?.[1];
  if (value === undefined) throw new Error(`the node has no gauge named ${name}`);
  return Number(value);
}
