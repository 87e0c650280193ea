import { coverTypeSchema } from "@barrage/domain";
import { renderPictures } from "./render-pictures.ts";

// A file on stdin, its declared type as the argument; on stdout a line of JSON (`renderingHeadSchema`), and after it
// the pictures one behind the other. It has no secrets and no connections: what a crafted file could do to it stays here.

// On Linux: when memory runs out, this process goes, and not the worker beside it. Elsewhere there is no such file.
await Bun.write("/proc/self/oom_score_adj", "1000", { createPath: false }).catch(() => 0);
const file = await Bun.stdin.bytes();
const rendering = await renderPictures(file, coverTypeSchema.parse(process.argv[2]));
const pictures = "pictures" in rendering ? rendering.pictures : [];
const head =
  "fault" in rendering
    ? rendering
    : { pictures: pictures.map(({ width, webp }) => ({ width, bytes: webp.length })) };
const parts = [new TextEncoder().encode(`${JSON.stringify(head)}\n`), ...pictures.map(({ webp }) => webp)];
await Bun.write(Bun.stdout, Buffer.concat(parts));
