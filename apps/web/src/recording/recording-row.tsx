import { useMutation, useQueryClient } from "@tanstack/react-query";
import { Play, Trash2 } from "lucide-react";
import { useState } from "react";
import { toast } from "sonner";
import type { RecordingView } from "../lib/app-router.ts";
import { describeError } from "../lib/describe-error.ts";
import { formatDuration } from "../lib/format.ts";
import { useTRPC } from "../lib/trpc.ts";
import { Badge } from "../ui/badge.tsx";
import { Button } from "../ui/button.tsx";
import { ConfirmDialog } from "../ui/confirm-dialog.tsx";
import { PlayDialog } from "./play-dialog.tsx";
import { formatBytes, wordsForRecording } from "./recording-words.ts";
import { UnfinishedUpload } from "./unfinished-upload.tsx";
import { useFileUploads } from "./use-recordings.ts";

/** One recording: how it stands, and what can be done with it. */
export function RecordingRow({ recording }: { readonly recording: RecordingView }) {
  const { id, state } = recording;
  const [playing, setPlaying] = useState(false);
  const [asking, setAsking] = useState(false);
  const trpc = useTRPC();
  const queries = useQueryClient();
  const remove = useMutation(
    trpc.media.deleteRecording.mutationOptions({
      onSuccess: () => {
        setAsking(false);
        void queries.invalidateQueries({ queryKey: trpc.media.pathKey() });
      },
      onError: (error) => toast.error(describeError(error).text),
    }),
  );
  const file = useFileUploads().find((upload) => upload.id === id);
  const begins = recording.offsetMs < 1_000 ? "From the start" : `From ${formatDuration(recording.offsetMs)}`;
  return (
    <li data-testid="recording" data-state={state} className="grid gap-3 rounded-2xl bg-raised px-4 py-3">
      <div className="flex items-center gap-2">
        <div className="min-w-0 grow">
          <p className="text-sm font-medium">
            {begins}
            {recording.durationMs !== null && ` · ${formatDuration(recording.durationMs)}`}
            {recording.bytes !== null && ` · ${formatBytes(recording.bytes)}`}
          </p>
          <p className="mt-1">
            <Badge tone={state === "ready" ? "accent" : "neutral"}>{wordsForRecording(recording)}</Badge>
          </p>
        </div>
        {state === "ready" && (
          <Button size="sm" onClick={() => setPlaying(true)}>
            <Play /> Play
          </Button>
        )}
        {file === undefined && (
          <Button
            size="icon-sm"
            variant="ghost"
            aria-label="Delete the recording"
            onClick={() => setAsking(true)}
          >
            <Trash2 />
          </Button>
        )}
      </div>
      {state === "uploading" && <UnfinishedUpload recording={recording} file={file} />}
      {playing && <PlayDialog id={id} onClose={() => setPlaying(false)} />}
      <ConfirmDialog
        open={asking}
        onOpenChange={setAsking}
        title="Delete the recording?"
        text="It can't be had back. The session's messages stay."
        action="Delete it"
        busy={remove.isPending}
        onConfirm={() => remove.mutate({ id })}
      />
    </li>
  );
}
