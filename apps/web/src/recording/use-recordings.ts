import { useQuery } from "@tanstack/react-query";
import { useSyncExternalStore } from "react";
import { useServices } from "../lib/services.tsx";
import { useTRPC } from "../lib/trpc.ts";
import type { FileUpload } from "./create-file-uploads.ts";
import type { RecorderState } from "./create-recorder.ts";
import type { RecordingPlace } from "./recording-run.ts";

/** What the page's recorder does now. */
export function useRecorderState(): RecorderState {
  const { recorder } = useServices();
  return useSyncExternalStore(recorder.subscribe, recorder.get);
}

/** The files that this page uploads now. */
export function useFileUploads(): readonly FileUpload[] {
  const { fileUploads } = useServices();
  return useSyncExternalStore(fileUploads.subscribe, fileUploads.get);
}

const settlingMs = 2_000;

/** A session's recordings as its host sees them; asked for again while one is on its way. */
export function useRecordings(place: RecordingPlace) {
  const trpc = useTRPC();
  return useQuery({
    ...trpc.media.recordings.queryOptions(place),
    refetchInterval: ({ state }) =>
      state.data?.items.some((item) => item.state === "checking") === true ? settlingMs : false,
  });
}
