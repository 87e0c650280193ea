import { useQuery } from "@tanstack/react-query";
import { useEffect, useRef, useState } from "react";
import type { RecordingView } from "../lib/app-router.ts";
import { useTRPC } from "../lib/trpc.ts";
import { coveringRecording } from "./covering.ts";
import type { PicturePlayer } from "./picture-player.ts";
import { usePosition } from "./use-position.ts";

interface ReplayPictureProps {
  readonly player: PicturePlayer;
  readonly recordings: readonly RecordingView[];
  readonly password: string | undefined;
  readonly onVideo: (video: HTMLVideoElement | null) => void;
}

/** The recording of the moment, where there is one. Between recordings the stage is seen. */
export function ReplayPicture({ player, recordings, password, onVideo }: ReplayPictureProps) {
  const positionMs = usePosition(player);
  const recording = coveringRecording(recordings, positionMs);
  if (recording === undefined) return null;
  return (
    <Video key={recording.id} player={player} recording={recording} password={password} onVideo={onVideo} />
  );
}

interface VideoProps extends Pick<ReplayPictureProps, "player" | "password" | "onVideo"> {
  readonly recording: RecordingView;
}

/** The url lives for half an hour. */
const urlFreshMs = 20 * 60_000;
/** A url that has run out is one try; a file that this browser can't play would be asked for without end. */
const triesMax = 3;

function Video({ player, recording, password, onVideo }: VideoProps) {
  const trpc = useTRPC();
  const video = useRef<HTMLVideoElement>(null);
  const tries = useRef(0);
  const [isBroken, setBroken] = useState(false);
  const playback = useQuery({
    ...trpc.media.playback.queryOptions({
      id: recording.id,
      ...(password === undefined ? {} : { password }),
    }),
    staleTime: urlFreshMs,
    refetchOnWindowFocus: false,
  });
  useEffect(() => {
    const element = video.current;
    if (element === null) return;
    const detach = player.attach(element, recording.offsetMs);
    onVideo(element);
    return () => {
      onVideo(null);
      detach();
    };
  }, [onVideo, player, recording.offsetMs]);

  const onError = () => {
    tries.current += 1;
    if (tries.current >= triesMax) setBroken(true);
    else void playback.refetch();
  };
  return (
    <>
      {/* What is said is in the chat and flies over the picture; a recording of somebody live has no other captions. */}
      {/* oxlint-disable-next-line jsx-a11y/media-has-caption */}
      <video
        ref={video}
        src={playback.data?.url}
        playsInline
        preload="auto"
        data-testid="picture"
        className="absolute inset-0 -z-10 size-full bg-black object-contain"
        onError={onError}
        onPlaying={() => {
          tries.current = 0;
        }}
      />
      {(isBroken || playback.isError) && (
        <output className="absolute inset-x-4 bottom-4 mx-auto w-fit rounded-full bg-black/75 px-3 py-1 text-xs text-white">
          The recording can't be played right now. The danmaku go on.
        </output>
      )}
    </>
  );
}
