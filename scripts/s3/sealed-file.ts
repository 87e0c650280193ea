import { closeSync, fstatSync, openSync, readSync, rmSync } from "node:fs";
import { open } from "node:fs/promises";
import type { z } from "zod";

/**
 * Data and metadata in one file, so that one rename publishes both and no reader can see one without the other:
 *
 *     data | metadata as JSON | length of the JSON (uint32) | magic
 *
 * The metadata comes last because sizes and hashes are only known when the data has streamed through.
 * The magic tells a file torn by a power cut (we never fsync) from a whole one.
 */
const MAGIC = Buffer.from("barrS3-1");
const TAIL_BYTES = 4 + MAGIC.length;

/** A sealed file in the making. Its owner disposes of it: what was not published by then is deleted. */
export type Draft = AsyncDisposable &
  Readonly<{
    path: string;
    append(bytes: Uint8Array): Promise<void>;
    /** Ends the file with its metadata; nothing may be appended after. */
    seal(meta: unknown): Promise<void>;
    /** To be called once the file has been renamed to where it belongs. */
    published(): void;
  }>;

/** Starts a file at `path`, which must not exist yet. */
export async function createDraft(path: string): Promise<Draft> {
  const handle = await open(path, "wx");
  let state: "open" | "sealed" | "published" = "open";

  const append = async (bytes: Uint8Array) => {
    for (let at = 0; at < bytes.length; ) at += (await handle.write(bytes, at)).bytesWritten;
  };
  return {
    path,
    append,
    async seal(meta) {
      const json = Buffer.from(JSON.stringify(meta));
      const length = Buffer.alloc(4);
      length.writeUInt32BE(json.length);
      await append(Buffer.concat([json, length, MAGIC]));
      await handle.close();
      state = "sealed";
    },
    published() {
      state = "published";
    },
    async [Symbol.asyncDispose]() {
      if (state === "open") await handle.close();
      if (state !== "published") rmSync(path, { force: true });
    },
  };
}

/** The metadata of a sealed file, or `undefined` when the file is torn or not one of ours. */
export function readSeal<T>(path: string, schema: z.ZodType<T>): T | undefined {
  const fd = openSync(path, "r");
  try {
    const sizeBytes = fstatSync(fd).size;
    const tail = readAt(fd, sizeBytes - TAIL_BYTES, TAIL_BYTES);
    if (!tail?.subarray(4).equals(MAGIC)) return undefined;
    const jsonBytes = tail.readUInt32BE(0);
    const json = readAt(fd, sizeBytes - TAIL_BYTES - jsonBytes, jsonBytes);
    return json && schema.safeParse(parseJson(json.toString())).data;
  } finally {
    closeSync(fd);
  }
}

function readAt(fd: number, position: number, length: number): Buffer | undefined {
  if (position < 0) return undefined;
  const bytes = Buffer.alloc(length);
  return readSync(fd, bytes, 0, length, position) === length ? bytes : undefined;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
