import { createContext, type ReactNode, useContext } from "react";
import type { FileUploads } from "../recording/create-file-uploads.ts";
import type { Recorder } from "../recording/create-recorder.ts";
import type { RuntimeConfig } from "./runtime-config.ts";
import type { ServiceHealth } from "./service-health.ts";
import type { Settings } from "./settings.ts";

/** What the whole app shares besides the api client and the query cache. */
export interface Services {
  readonly config: RuntimeConfig;
  readonly health: ServiceHealth;
  readonly settings: Settings;
  readonly recorder: Recorder;
  readonly fileUploads: FileUploads;
}

const ServicesContext = createContext<Services | undefined>(undefined);

export function ServicesProvider({
  value,
  children,
}: {
  readonly value: Services;
  readonly children: ReactNode;
}) {
  return <ServicesContext value={value}>{children}</ServicesContext>;
}

/** @throws outside of a {@link ServicesProvider}: that is a mistake in the program. */
export function useServices(): Services {
  const services = useContext(ServicesContext);
  if (services === undefined) throw new Error("useServices needs a ServicesProvider around it");
  return services;
}
