import { useCallback } from "react";

/** What is recorded now, without its sound: the host would hear themselves. */
export function CapturePreview({ stream }: { readonly stream: MediaStream }) {
  const show = useCallback(
    (video: HTMLVideoElement | null) => {
      if (video !== null) video.srcObject = stream;
    },
    [stream],
  );
  return (
    <video
      ref={show}
      muted
      autoPlay
      playsInline
      aria-label="What is being recorded"
      className="aspect-video w-full rounded-2xl bg-black object-contain"
    />
  );
}
