import { QueryClientProvider } from "@tanstack/react-query";
import { type ReactNode, StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { createQueryClient } from "../lib/query-client.ts";
import { loadRuntimeConfig, type RuntimeConfig } from "../lib/runtime-config.ts";
import { createServiceHealth } from "../lib/service-health.ts";
import { ServicesProvider } from "../lib/services.tsx";
import { createSettings } from "../lib/settings.ts";
import { createApiClient, TRPCProvider } from "../lib/trpc.ts";
import { createFileUploads } from "../recording/create-file-uploads.ts";
import { createRecorder } from "../recording/create-recorder.ts";
import { createRecordingApi } from "../recording/recording-api.ts";
import { App } from "./app.tsx";
import { StartFailure } from "./start-failure.tsx";

const element = document.getElementById("root");
if (element === null) throw new Error("index.html has no #root");
const root = createRoot(element);

try {
  root.render(<StrictMode>{wire(await loadRuntimeConfig())}</StrictMode>);
} catch (error) {
  root.render(<StartFailure />);
  reportError(error);
}

/** Makes the page's services, once, and puts the app among them. */
function wire(config: RuntimeConfig): ReactNode {
  const health = createServiceHealth();
  const queryClient = createQueryClient(health);
  const trpcClient = createApiClient(config);
  const recordingApi = createRecordingApi(trpcClient);
  const forgetRecordings = () => void queryClient.invalidateQueries({ queryKey: [["media"]] });
  const services = {
    config,
    health,
    settings: createSettings(),
    recorder: createRecorder(recordingApi, forgetRecordings),
    fileUploads: createFileUploads(recordingApi, forgetRecordings),
  };
  return (
    <ServicesProvider value={services}>
      <QueryClientProvider client={queryClient}>
        <TRPCProvider trpcClient={trpcClient} queryClient={queryClient}>
          <App />
        </TRPCProvider>
      </QueryClientProvider>
    </ServicesProvider>
  );
}
