import { type DestinationStream, type Logger, pino } from "pino";
import { currentTrace } from "../telemetry/span.ts";
import { describeError } from "./describe-error.ts";

export type { Logger } from "pino";

/** How much is logged. */
export type LogLevel = "debug" | "info" | "warn" | "error" | "silent";

interface LoggerOptions {
  /** The program's name, in every line. */
  readonly name: string;
  readonly level?: LogLevel;
  /** Where lines go; stdout when left out. */
  readonly destination?: DestinationStream;
}

/** Fields that must never be read in a log, wherever a careless `logger.info({ request })` put them. */
const secretFields = [
  "password",
  "oldPassword",
  "newPassword",
  "token",
  "ticket",
  "key",
  "streamKey",
  "secret",
];
const secretHeaders = ["authorization", "cookie", '["set-cookie"]'];
const redactedPaths = [
  ...secretFields.flatMap((field) => [field, `*.${field}`]),
  ...secretHeaders.flatMap((header) => [`headers.${header}`, `*.headers.${header}`].map(withoutDot)),
];

function withoutDot(path: string): string {
  return path.replace(".[", "[");
}

/**
 * A logger that writes one JSON object per line. It writes in this thread, synchronously: pino's worker-thread
 * transports lose the last lines of a process that exits, which are the ones that matter.
 */
export function createLogger({ name, level = "info", destination }: LoggerOptions): Logger {
  return pino(
    {
      name,
      level,
      timestamp: pino.stdTimeFunctions.isoTime,
      base: { pid: process.pid },
      formatters: { level: (label) => ({ level: label }) },
      // So that a line leads to its trace, and a trace to its lines.
      mixin: () => currentTrace() ?? {},
      redact: { paths: redactedPaths, censor: "[redacted]" },
      serializers: {
        error: (error: unknown) => describeError(error),
        err: (error: unknown) => describeError(error),
      },
    },
    destination ?? pino.destination({ fd: 1, sync: true }),
  );
}
