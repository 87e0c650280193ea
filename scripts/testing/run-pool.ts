/** Runs work on every item, at most `width` at once, and stops taking new ones once aborted. */
export async function runPool<T>(
  items: readonly T[],
  options: { readonly width: number; readonly signal: AbortSignal },
  work: (item: T) => Promise<void>,
): Promise<void> {
  const waiting = [...items];
  const worker = async () => {
    for (let item = waiting.shift(); item !== undefined && !options.signal.aborted; item = waiting.shift()) {
      await work(item);
    }
  };
  await Promise.all(Array.from({ length: options.width }, worker));
}
