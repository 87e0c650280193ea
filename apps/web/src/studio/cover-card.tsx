import { coverSizeMin, coverTypeSchema } from "@barrage/domain";
import { ImageUp, Trash2, X } from "lucide-react";
import { type DragEvent, type ReactNode, useRef, useState } from "react";
import type { RoomView } from "../lib/app-router.ts";
import { describeError } from "../lib/describe-error.ts";
import { Button } from "../ui/button.tsx";
import { Card } from "../ui/card.tsx";
import { cn } from "../ui/cn.ts";
import { ConfirmDialog } from "../ui/confirm-dialog.tsx";
import { RoomCover } from "../ui/room-cover.tsx";
import { Spinner } from "../ui/spinner.tsx";
import { useCover } from "./use-cover.ts";

const types = coverTypeSchema.options.join(",");

/** The room's picture: chosen or dropped, sent, checked, shown; and removed again. */
export function CoverCard({ room }: { readonly room: RoomView }) {
  const cover = useCover(room.id);
  const input = useRef<HTMLInputElement>(null);
  const [asking, setAsking] = useState(false);
  const shown = cover.stands.data?.cover ?? null;
  const busy = cover.sending !== null || cover.stands.data?.state === "checking";
  return (
    <Card
      title="Cover"
      text="What the room looks like on the home page. Without one, it is drawn from the room's name."
    >
      <div className="grid gap-4 sm:grid-cols-[minmax(0,22rem)_minmax(0,1fr)] sm:gap-6">
        <DropZone onFile={cover.upload}>
          {cover.sending === null ? (
            <RoomCover room={{ ...room, cover: shown }} sizes="22rem" className="aspect-video" />
          ) : (
            <img
              src={cover.sending.previewUrl}
              alt="On its way to become the cover"
              className="aspect-video w-full object-cover"
            />
          )}
          {busy && <Progress share={cover.sending?.share ?? 1} />}
        </DropZone>
        <div className="grid content-start gap-4">
          <p className="text-sm text-soft">
            JPEG, PNG, WebP or AVIF, up to 5 MB and at least {coverSizeMin.width} × {coverSizeMin.height}{" "}
            pixels; 1280 × 720 is ideal. Of other shapes the middle is shown. Where it was taken, and with
            what, is removed.
          </p>
          <div className="flex flex-wrap gap-2">
            <input
              ref={input}
              type="file"
              accept={types}
              aria-label="Cover picture"
              tabIndex={-1}
              className="sr-only"
              onChange={(event) => {
                const [file] = event.target.files ?? [];
                // The same file may be chosen again after a failure.
                event.target.value = "";
                if (file !== undefined) cover.upload(file);
              }}
            />
            {cover.sending === null ? (
              <Button variant={shown === null ? "primary" : "outline"} onClick={() => input.current?.click()}>
                <ImageUp /> {shown === null ? "Choose a picture" : "Replace"}
              </Button>
            ) : (
              <Button onClick={cover.cancel}>
                <X /> Cancel
              </Button>
            )}
            {shown !== null && cover.sending === null && (
              <Button variant="danger" onClick={() => setAsking(true)}>
                <Trash2 /> Remove
              </Button>
            )}
          </div>
          <Standing cover={cover} />
        </div>
      </div>
      <ConfirmDialog
        open={asking}
        onOpenChange={setAsking}
        title="Remove the cover?"
        text="The room gets its drawn one again."
        action="Remove it"
        busy={cover.removing}
        onConfirm={() => cover.remove(() => setAsking(false))}
      />
    </Card>
  );
}

/** How it goes, in words: politely while all is well, at once when not. */
function Standing({ cover }: { readonly cover: ReturnType<typeof useCover> }) {
  const { stands, sending, fault } = cover;
  const words = wordsOf(cover);
  return (
    <div className="min-h-5 text-sm">
      <p aria-live="polite" className="text-soft empty:hidden">
        {words}
      </p>
      {fault !== null && sending === null && (
        <p role="alert" className="text-danger-text">
          {fault}
        </p>
      )}
      {stands.isError && (
        <p role="alert" className="text-danger-text">
          {describeError(stands.error).text}
        </p>
      )}
    </div>
  );
}

function wordsOf({ stands, sending, fault }: ReturnType<typeof useCover>): string {
  if (sending !== null) return `Uploading: ${Math.round(sending.share * 100)} %`;
  const { state, delayed } = stands.data ?? {};
  if (state === "checking") {
    return delayed === true
      ? "The storage can't be reached right now. It is tried again by itself; you may leave this page."
      : "Checking the picture and cutting it to size…";
  }
  if (state === "pending" && fault === null)
    return "An upload was begun and never finished. Choose the picture again.";
  return "";
}

function Progress({ share }: { readonly share: number }) {
  const sent = share >= 1;
  return (
    <div className="absolute inset-0 grid place-items-center bg-black/45 text-white">
      {sent && <Spinner className="size-7" label="Checking the picture" />}
      <progress
        aria-label="Upload"
        value={share}
        className="absolute inset-x-4 bottom-4 h-1.5 w-auto appearance-none overflow-hidden rounded-full bg-white/25 [&::-moz-progress-bar]:bg-white [&::-webkit-progress-bar]:bg-transparent [&::-webkit-progress-value]:bg-white"
      />
    </div>
  );
}

/** Takes a file that is dropped on it. Dropping is a short cut: the button does the same for keyboard and touch. */
function DropZone({
  onFile,
  children,
}: {
  readonly onFile: (file: File) => void;
  readonly children: ReactNode;
}) {
  const [over, setOver] = useState(false);
  const drop = (event: DragEvent) => {
    // Also without a file: the browser would leave the page to open what was dropped.
    event.preventDefault();
    setOver(false);
    const [file] = event.dataTransfer.files;
    if (file !== undefined) onFile(file);
  };
  return (
    <div
      data-testid="cover-drop"
      className={cn(
        "relative self-start overflow-hidden rounded-2xl ring-1 ring-line transition",
        over && "ring-3 ring-accent",
      )}
      onDragOver={(event) => {
        event.preventDefault();
        setOver(true);
      }}
      onDragLeave={() => setOver(false)}
      onDrop={drop}
    >
      {children}
      {over && (
        <div className="absolute inset-0 grid place-items-center bg-black/55 font-semibold text-white">
          Drop it here
        </div>
      )}
    </div>
  );
}
