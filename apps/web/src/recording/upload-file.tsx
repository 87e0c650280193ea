import { useState } from "react";
import { toast } from "sonner";
import { useServices } from "../lib/services.tsx";
import { Field, Input } from "../ui/field.tsx";
import { FileButton } from "./file-button.tsx";
import type { RecordingPlace } from "./recording-run.ts";

/** Uploads a file that another program recorded. */
export function UploadFile({ place }: { readonly place: RecordingPlace }) {
  const { fileUploads } = useServices();
  const [seconds, setSeconds] = useState("0");
  const offsetMs = Math.round(Number(seconds.replace(",", ".")) * 1_000);
  const isPlace = Number.isFinite(offsetMs) && Math.abs(offsetMs) <= 24 * 3_600_000;
  const start = async (file: File) => {
    const ended = await fileUploads.start(place, file, offsetMs);
    if (ended.end === "uploaded") toast.success(`${file.name} is uploaded.`);
    if (ended.end === "failed") toast.error(ended.problem);
  };
  return (
    <details className="rounded-2xl border border-line px-4 py-3">
      <summary className="cursor-pointer text-sm font-medium">Upload a file instead</summary>
      <div className="mt-3 flex flex-wrap items-end gap-3">
        <Field
          className="grow"
          label="Seconds after going live at which it begins"
          error={isPlace ? undefined : "A number of seconds, please."}
          hint="So that messages and picture meet. WebM or MP4, up to 20 GB."
        >
          {(control) => (
            <Input
              {...control}
              inputMode="decimal"
              value={seconds}
              onChange={({ target }) => setSeconds(target.value)}
            />
          )}
        </Field>
        <FileButton text="Choose a video" onFile={(file) => void (isPlace && start(file))} />
      </div>
    </details>
  );
}
