import { useMutation, useQueryClient } from "@tanstack/react-query";
import { toast } from "sonner";
import type { RecordingView } from "../lib/app-router.ts";
import { describeError } from "../lib/describe-error.ts";
import { useServices } from "../lib/services.tsx";
import { useTRPC, useTRPCClient } from "../lib/trpc.ts";
import { Button } from "../ui/button.tsx";
import type { FileUpload } from "./create-file-uploads.ts";
import { FileButton } from "./file-button.tsx";
import { formatBytes } from "./recording-words.ts";

interface UnfinishedUploadProps {
  readonly recording: RecordingView;
  /** Undefined: this page does not upload it. */
  readonly file: FileUpload | undefined;
}

/** An upload on its way, or one that another page has left behind and that can be gone on with. */
export function UnfinishedUpload({ recording, file }: UnfinishedUploadProps) {
  const { fileUploads } = useServices();
  if (file === undefined) return <LeftBehind recording={recording} />;
  return (
    <div className="grid gap-2">
      <progress
        className="h-1.5 w-full accent-accent"
        max={file.bytes}
        value={file.uploadedBytes}
        aria-label="Uploaded"
      />
      <div className="flex items-center justify-between gap-3 text-sm">
        <output className={file.struggling ? "text-danger-text" : "text-faint"}>
          {formatBytes(file.uploadedBytes)} of {formatBytes(file.bytes)}
          {file.struggling && ": it does not get through at the moment, and is tried again"}
        </output>
        <Button size="sm" onClick={() => fileUploads.pause(file.id)}>
          Pause
        </Button>
      </div>
    </div>
  );
}

function LeftBehind({ recording }: { readonly recording: RecordingView }) {
  const { id, bytes } = recording;
  const { fileUploads } = useServices();
  const trpc = useTRPC();
  const client = useTRPCClient();
  const queries = useQueryClient();
  const keep = useMutation({
    mutationFn: async () => {
      const { parts } = await client.media.upload.query({ id });
      const total = parts.reduce((sum, part) => sum + part.bytes, 0);
      // Nothing has come that could be kept.
      if (total === 0) return client.media.abortRecording.mutate({ id });
      return client.media.completeRecording.mutate({ id, parts: parts.length, bytes: total });
    },
    onSuccess: () => void queries.invalidateQueries({ queryKey: trpc.media.pathKey() }),
    onError: (error) => toast.error(describeError(error).text),
  });
  const resume = async (file: File) => {
    const ended = await fileUploads.resume(id, file);
    if (ended.end === "failed") toast.error(ended.problem);
  };
  return (
    <div className="flex flex-wrap items-center gap-3 text-sm text-soft">
      <span className="grow">
        {bytes === null
          ? "Another page began this, and may still be recording. If it is closed, keep what was uploaded."
          : "The upload was interrupted. Choose the same file to go on."}
      </span>
      {bytes === null ? (
        <Button size="sm" busy={keep.isPending} onClick={() => keep.mutate()}>
          Keep what is there
        </Button>
      ) : (
        <FileButton size="sm" text="Go on" onFile={(file) => void resume(file)} />
      )}
    </div>
  );
}
