import { openDatabase } from "@barrage/db";
import { connectNats, createLogger, createRoomLog, roomLogRetention } from "@barrage/platform";
import { workerConfig } from "../config.ts";
import { openArchiveStores } from "../replay-archive/open-archive-stores.ts";
import { verifySession } from "../replay-archive/verify-session.ts";

const usage = "usage: bun run archive:verify SESSION   (with the worker's environment)\n";

const print = (line: string) => void process.stdout.write(`${line}\n`);

const [session] = process.argv.slice(2);
const config = workerConfig.parseOrExit(process.env);
const stores = openArchiveStores(config);
if (session === undefined || stores === undefined) {
  process.stderr.write(session === undefined ? usage : "S3_ENDPOINT is required\n");
  process.exit(64);
}
const logger = createLogger({ name: "archive-verify", level: "warn" });
const link = await connectNats({ url: config.natsUrl, name: "archive-verify", logger });
const roomLog = await createRoomLog({ link, logger, retention: roomLogRetention(config) });
const database = openDatabase({ url: config.databaseUrl, applicationName: "archive-verify" });

const report = await verifySession({ database, roomLog, blobs: stores.blobs }, session);
if (report === undefined) process.stderr.write("there is no such session\n");
else {
  const { parts, events, inStream, inPostgres, faults } = report;
  print(`${events} events in ${parts} parts: every hash was checked`);
  print(`${inStream} of them are in the log too, ${inPostgres} messages of them in Postgres: all compared`);
  for (const fault of faults) print(`FAULT: ${fault}`);
  print(faults.length === 0 ? "archive = log = Postgres" : "the archive is not as it should be");
}

await roomLog.close();
await link.close();
await database.close();
stores.close();
process.exit(report === undefined || report.faults.length > 0 ? 1 : 0);
