import { writeFileSync } from "node:fs";
import { generatedPages } from "./docs/pages.ts";

/** Writes the documents that are made from the source. */
for (const { path, text } of generatedPages) {
  writeFileSync(path, text);
  console.log(path);
}
