// Run by run-app.test.ts as a program of its own; its argument says how it misbehaves.

import { createHealth } from "../lifecycle/health.ts";
import { runApp } from "../lifecycle/run-app.ts";
import type { Service } from "../lifecycle/service.ts";
import { createLogger } from "../log/create-logger.ts";

const mode = process.argv[2];
const logger = createLogger({ name: "program" });

function service(name: string, parts: Partial<Service> = {}): Service {
  return {
    name,
    start: () => logger.info({ service: name }, "started"),
    stop: () => logger.info({ service: name }, "ended"),
    ...parts,
  };
}

const forever = Promise.withResolvers<void>().promise;
const second = service("second", {
  ...(mode === "hang" ? { stop: () => forever } : {}),
  ...(mode === "fail" ? { start: () => Promise.reject(new Error("no start")) } : {}),
});
const fail = (): never => {
  throw new Error("uncaught");
};
if (mode === "throw") setTimeout(fail, 50);
if (mode === "reject") setTimeout(() => void Promise.reject(new Error("unhandled")), 50);

await runApp({
  services: [service("first"), second, service("third")],
  logger,
  health: createHealth(),
  deadlineMs: 300,
  url: () => "http://127.0.0.1:1",
});
