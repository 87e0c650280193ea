import { type CoverType, coverFaultSchema } from "@barrage/domain";
import { coverWidths } from "@barrage/protocol";
import { z } from "zod";
import type { Rendering } from "./render-pictures.ts";

/** Renders an uploaded file; see {@link createCoverRenderer}. */
export type RenderCover = (file: Uint8Array, type: CoverType, signal: AbortSignal) => Promise<Rendering>;

interface CoverRendererOptions {
  /** The program is killed when it takes longer. */
  readonly deadlineMs: number;
  readonly onCrash: (crash: {
    readonly exitCode: number;
    readonly signal: string | number | null;
    readonly stderr: string;
  }) => void;
}

const program = new URL("./cover-program.ts", import.meta.url).pathname;
/** Far more than three pictures ever have; a program that says more is not ours any more. */
const outputBytesMax = 16 * 1_024 * 1_024;

const renderingHeadSchema = z.union([
  z.object({ fault: coverFaultSchema }),
  z.object({
    pictures: z
      .array(z.object({ width: z.literal(coverWidths), bytes: z.int().positive() }))
      .length(coverWidths.length),
  }),
]);

/**
 * Renders each file in a process of its own, which has no secrets, no environment and a deadline: a file that makes
 * the decoder crash, hang or eat memory costs that process alone. A crash is the file's fault (`unreadable`), and so
 * is a deadline that has passed or memory that has run out (`too_heavy`): neither is tried again.
 * The promise rejects when `signal` aborts: then nothing is known about the file.
 */
export function createCoverRenderer({ deadlineMs, onCrash }: CoverRendererOptions): RenderCover {
  return async (file, type, signal) => {
    signal.throwIfAborted();
    const child = Bun.spawn({
      cmd: [process.execPath, program, type],
      stdin: file,
      stdout: "pipe",
      stderr: "pipe",
      env: {},
      killSignal: "SIGKILL",
      timeout: deadlineMs,
      maxBuffer: outputBytesMax,
      signal,
    });
    const [output, stderr, exitCode] = await Promise.all([
      new Response(child.stdout).bytes(),
      new Response(child.stderr).text(),
      child.exited,
    ]);
    signal.throwIfAborted();
    if (exitCode === 0) return readRendering(output);
    onCrash({ exitCode, signal: child.signalCode, stderr: stderr.slice(-2_000) });
    // By us at the deadline, or by the system when memory ran out.
    return { fault: child.signalCode === "SIGKILL" ? "too_heavy" : "unreadable" };
  };
}

/** @throws when the output is not what `cover-program.ts` writes. */
function readRendering(output: Uint8Array): Rendering {
  const lineEnd = output.indexOf(10);
  const head = renderingHeadSchema.parse(JSON.parse(new TextDecoder().decode(output.subarray(0, lineEnd))));
  if ("fault" in head) return head;
  let at = lineEnd + 1;
  const pictures = head.pictures.map(({ width, bytes }) => {
    const webp = output.subarray(at, at + bytes);
    at += bytes;
    return { width, webp };
  });
  if (at !== output.length) throw new Error("the cover program wrote another length than it said");
  return { pictures };
}
