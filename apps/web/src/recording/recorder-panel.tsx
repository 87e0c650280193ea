import { Camera, CircleDot, MonitorUp, Square, Trash2, TriangleAlert } from "lucide-react";
import { useEffect, useState } from "react";
import { formatDuration } from "../lib/format.ts";
import { useServices } from "../lib/services.tsx";
import { useNow } from "../lib/use-now.ts";
import { Button } from "../ui/button.tsx";
import { ConfirmDialog } from "../ui/confirm-dialog.tsx";
import { Segmented } from "../ui/segmented.tsx";
import { Spinner } from "../ui/spinner.tsx";
import { CapturePreview } from "./capture-preview.tsx";
import type { RecorderState } from "./create-recorder.ts";
import type { CaptureSource } from "./open-capture.ts";
import type { RecordingPlace } from "./recording-run.ts";
import { formatBytes } from "./recording-words.ts";
import { useRecorderState } from "./use-recordings.ts";

const sources = [
  { value: "camera", name: "Camera", text: <Named icon={<Camera />} name="Camera" /> },
  { value: "screen", name: "Screen", text: <Named icon={<MonitorUp />} name="Screen" /> },
] as const;

function Named({ icon, name }: { readonly icon: React.ReactNode; readonly name: string }) {
  return (
    <>
      {icon} {name}
    </>
  );
}

interface RecorderPanelProps {
  readonly place: RecordingPlace;
  readonly isLive: boolean;
}

/** Begins and ends a recording of the running session, and shows what is recorded. */
export function RecorderPanel({ place, isLive }: RecorderPanelProps) {
  const { recorder } = useServices();
  const state = useRecorderState();
  const [source, setSource] = useState<CaptureSource>("camera");
  const isOver = state.phase === "recording" && state.session === place.session && !isLive;
  // Ended on another page or by somebody else: what comes after the end is nobody's replay.
  useEffect(() => {
    if (isOver) void recorder.stop();
  }, [isOver, recorder]);

  const isBusy = state.phase === "recording" || state.phase === "finishing";
  if (!isBusy && !isLive && state.problem === undefined) return null;
  return (
    <div className="grid gap-3">
      {state.problem !== undefined && (
        <p role="alert" className="flex gap-2 rounded-xl bg-danger-wash px-4 py-3 text-sm text-danger-text">
          <TriangleAlert aria-hidden className="mt-0.5 size-4 shrink-0" /> {state.problem}
        </p>
      )}
      {isBusy && <Recording state={state} />}
      {isBusy && state.session !== place.session && (
        <p className="text-sm text-faint">This is of another session of yours.</p>
      )}
      {!isBusy && isLive && (
        <div className="flex flex-wrap items-center gap-3">
          <Segmented label="What to record" value={source} options={sources} onValueChange={setSource} />
          <Button
            variant="primary"
            busy={state.phase === "opening"}
            onClick={() => void recorder.start(place, source)}
          >
            <CircleDot /> Start recording
          </Button>
        </div>
      )}
    </div>
  );
}

function Recording({ state }: { readonly state: RecorderState }) {
  const { recorder } = useServices();
  const isRecording = state.phase === "recording";
  const [asking, setAsking] = useState(false);
  const nowMs = useNow(1_000, isRecording);
  const total = state.uploadedBytes + state.waitingBytes;
  return (
    <div className="grid gap-3" data-testid="recorder" data-phase={state.phase}>
      {state.stream !== undefined && <CapturePreview stream={state.stream} />}
      <div className="flex flex-wrap items-center justify-between gap-3">
        <p className="flex items-center gap-2 text-sm" aria-live="off">
          {isRecording ? (
            <span aria-hidden className="size-2.5 animate-pulse-dot rounded-full bg-live" />
          ) : (
            <Spinner label="Uploading" />
          )}
          <span className="font-medium tabular-nums">
            {isRecording ? formatDuration(nowMs - (state.startedAtMs ?? nowMs)) : "Uploading the rest"}
          </span>
          <span className="text-faint tabular-nums">
            {formatBytes(state.uploadedBytes)} of {formatBytes(total)} uploaded
          </span>
        </p>
        <div className="flex flex-wrap gap-2">
          <Button variant="ghost" onClick={() => setAsking(true)}>
            <Trash2 /> Discard
          </Button>
          {isRecording && (
            <Button variant="danger" onClick={() => void recorder.stop()}>
              <Square /> Stop recording
            </Button>
          )}
        </div>
      </div>
      {!isRecording && (
        <progress
          className="h-1.5 w-full overflow-hidden rounded-full accent-accent"
          max={Math.max(1, total)}
          value={state.uploadedBytes}
          aria-label="Uploaded"
        />
      )}
      {state.struggling && (
        <output className="text-sm text-danger-text">
          The upload does not get through at the moment. It is tried again; what is recorded is kept here.
        </output>
      )}
      <ConfirmDialog
        open={asking}
        onOpenChange={setAsking}
        title="Discard the recording?"
        text="What was recorded until now is thrown away. The session goes on."
        action="Discard it"
        onConfirm={() => {
          setAsking(false);
          void recorder.discard();
        }}
      />
    </div>
  );
}
