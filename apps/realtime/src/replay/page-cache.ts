import type { ReplayPage } from "./replay-page.ts";

/** Pages by key, each loaded once however many ask for it, within a bound of bytes. */
export interface PageCache {
  get(key: string, load: () => Promise<ReplayPage>): Promise<ReplayPage>;
  readonly bytes: number;
}

interface Kept {
  readonly page: Promise<ReplayPage>;
  bytes: number;
}

/** Keeps what was used last, up to `bytesMax`; a page that is in use lives on with its user. */
export function createPageCache(bytesMax: number): PageCache {
  const pages = new Map<string, Kept>();
  let bytes = 0;

  function drop(key: string, kept: Kept): void {
    if (pages.get(key) !== kept) return;
    pages.delete(key);
    bytes -= kept.bytes;
  }

  async function loadInto(key: string, load: () => Promise<ReplayPage>): Promise<ReplayPage> {
    const kept: Kept = { page: load(), bytes: 0 };
    pages.set(key, kept);
    try {
      const page = await kept.page;
      kept.bytes = page.bytes;
      bytes += page.bytes;
      for (const [oldKey, old] of pages) {
        if (bytes <= bytesMax) break;
        // What is still being loaded weighs nothing yet, and somebody waits for it.
        if (old.bytes > 0 && old !== kept) drop(oldKey, old);
      }
      return page;
    } catch (error) {
      drop(key, kept);
      throw error;
    }
  }

  return {
    async get(key, load) {
      const kept = pages.get(key);
      if (kept === undefined) return await loadInto(key, load);
      pages.delete(key);
      pages.set(key, kept);
      return await kept.page;
    },
    get bytes() {
      return bytes;
    },
  };
}
