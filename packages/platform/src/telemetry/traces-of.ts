/** The trace that a batch is shown in, and the others that it is part of. */
interface BatchTraces {
  readonly traceparent: string;
  readonly links: readonly string[];
}

/** A batch may hold a traced event of each of many callers; beyond so many it stays unlinked. */
const linksMax = 32;

/**
 * Which traces a batch of messages is part of: one span can have one parent, so the first traced message is it, and the
 * others are linked. Undefined when none is traced, which is the common case and is found out without an allocation.
 */
export function tracesOf(
  batch: readonly { readonly traceparent?: string | undefined }[],
): BatchTraces | undefined {
  const first = batch.find(({ traceparent }) => traceparent !== undefined)?.traceparent;
  if (first === undefined) return undefined;
  const all = new Set(batch.flatMap(({ traceparent }) => traceparent ?? []));
  all.delete(first);
  return { traceparent: first, links: [...all].slice(0, linksMax) };
}
