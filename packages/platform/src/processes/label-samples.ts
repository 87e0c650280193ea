/**
 * Figures in the Prometheus text format, from several processes, as one text: each sample says its process by a label
 * of its own, and each metric has its type once, before all its samples, as the format demands.
 */
export function labelSamples(texts: ReadonlyMap<number, string>): string {
  const metrics = new Map<string, { readonly head: string[]; readonly samples: string[] }>();
  for (const [process, text] of texts) {
    let current: { readonly head: string[]; readonly samples: string[] } | undefined;
    for (const line of text.split("\n")) {
      const name = /^# (?:HELP|TYPE|UNIT) (\S+)/.exec(line)?.[1];
      if (name !== undefined) {
        current = metrics.get(name) ?? { head: [], samples: [] };
        metrics.set(name, current);
        if (!current.head.includes(line)) current.head.push(line);
      } else if (line !== "" && !line.startsWith("#")) current?.samples.push(labelled(line, process));
    }
  }
  const lines = [...metrics.values()].flatMap(({ head, samples }) => [...head, ...samples]);
  return lines.map((line) => `${line}\n`).join("");
}

function labelled(sample: string, process: number): string {
  const label = `process="${process}"`;
  const braces = sample.indexOf("{");
  if (braces >= 0) return `${sample.slice(0, braces + 1)}${label},${sample.slice(braces + 1)}`;
  return sample.replace(/^(\S+)/, `$1{${label}}`);
}
