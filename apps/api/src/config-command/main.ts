import { userInfo } from "node:os";
import { connectNats, createLogger, createSettingsStore } from "@barrage/platform";
import { AppError } from "@barrage/protocol";
import { configUsage, runConfig, UsageError } from "./run-config.ts";

const connectDeadlineMs = 5_000;
const complain = (text: string) => void process.stderr.write(`${text}\n`);

/** @returns the exit code: 64 for what was typed, 1 for what was refused, 69 when NATS can't be reached */
async function main(args: readonly string[]): Promise<number> {
  const url = process.env["NATS_URL"];
  if (args.length === 0 || args.includes("--help")) {
    complain(configUsage);
    return args.length === 0 ? 64 : 0;
  }
  if (!url) {
    complain("NATS_URL is required; bun run dev writes its own into .data/dev.json, as nats");
    return 64;
  }
  const logger = createLogger({ name: "config", level: "silent" });
  const link = await connectNats({ url, name: "barrage-config", logger, connectDeadlineMs }).catch(
    () => undefined,
  );
  if (link === undefined) {
    complain("NATS can't be reached: nothing was changed");
    return 69;
  }
  try {
    await runConfig(args, {
      store: createSettingsStore({ link, replicas: Number(process.env["NATS_REPLICAS"] || 1) }),
      author: { id: null, name: `operator ${userInfo().username}` },
      print: (line) => void process.stdout.write(`${line}\n`),
    });
    return 0;
  } catch (error) {
    if (error instanceof UsageError) complain(`${error.message}\n\n${configUsage}`);
    else if (error instanceof AppError) {
      complain(error.message);
      for (const { path, message } of error.issues ?? []) complain(`  ${path}: ${message}`);
    } else throw error;
    return error instanceof UsageError ? 64 : 1;
  } finally {
    await link.close();
  }
}

process.exit(await main(process.argv.slice(2)));
