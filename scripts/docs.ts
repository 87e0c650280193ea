import { writeFileSync } from "node:fs";
import { generatePages } from "./docs/pages.ts";

/** Writes the documents that are made from the source. */
for (const { path, text } of await generatePages()) {
  writeFileSync(path, text);
  console.log(path);
}
