import { installDependencies } from "./install-dependencies.ts";

/** `bun run lottery:verify FILE`: repeats a draw from its downloaded record. Exit code 0: everything fits, 1: not. */
async function main(): Promise<number> {
  const [file, ...rest] = process.argv.slice(2);
  if (file === undefined || rest.length > 0) {
    console.error("usage: bun run lottery:verify FILE    (the JSON of a lottery, as downloaded)");
    return 2;
  }
  await installDependencies(() => {});
  const { verifyFile } = await import("./lottery/verify-file.ts");
  return (await verifyFile(file, (line) => console.log(line))) ? 0 : 1;
}

try {
  process.exit(await main());
} catch (error) {
  console.error(error instanceof Error ? error.message : Bun.inspect(error));
  process.exit(1);
}
