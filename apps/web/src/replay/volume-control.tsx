import { Volume2, VolumeX } from "lucide-react";
import { useEffect, useState } from "react";
import { barButton } from "./bar-button.ts";

/** The sound of a recording: on, off, and how loud. */
export function VolumeControl({ video }: { readonly video: HTMLVideoElement }) {
  const [sound, setSound] = useState({ muted: video.muted, volume: video.volume });
  useEffect(() => {
    const read = () => setSound({ muted: video.muted, volume: video.volume });
    read();
    video.addEventListener("volumechange", read);
    return () => video.removeEventListener("volumechange", read);
  }, [video]);
  const isSilent = sound.muted || sound.volume === 0;
  return (
    <div className="group/volume flex items-center">
      <button
        type="button"
        className={barButton}
        aria-label={isSilent ? "Sound on" : "Sound off"}
        aria-pressed={isSilent}
        onClick={() => changeSound(video, { muted: !isSilent, volume: sound.volume || 1 })}
      >
        {isSilent ? <VolumeX className="text-[#ffcf66]" /> : <Volume2 />}
      </button>
      <input
        type="range"
        aria-label="Volume"
        min={0}
        max={1}
        step={0.05}
        value={isSilent ? 0 : sound.volume}
        className="w-16 accent-accent max-md:hidden"
        onChange={(event) => changeSound(video, { muted: false, volume: event.target.valueAsNumber })}
      />
    </div>
  );
}

function changeSound(
  video: HTMLVideoElement,
  { muted, volume }: { readonly muted: boolean; readonly volume: number },
): void {
  video.volume = volume;
  video.muted = muted;
}
