/** What is recorded. */
export type CaptureSource = "camera" | "screen";

/** A picture with its sound, from a device or the screen. Whoever opens it closes it. */
export interface Capture {
  readonly stream: MediaStream;
  /** A second time does nothing: a recording may be discarded while it ends. */
  close(): void;
}

/** Why nothing can be recorded, in words for people. */
export class CaptureError extends Error {
  override readonly name = "CaptureError";
}

/** What this browser records that the others play, the cheapest to encode first. */
const mimeTypes = [
  "video/webm;codecs=vp8,opus",
  "video/webm;codecs=vp9,opus",
  "video/webm",
  "video/mp4",
] as const;

/** How this browser records; undefined: it does not. */
export function recordingMimeType(): string | undefined {
  if (typeof MediaRecorder === "undefined" || typeof navigator.mediaDevices === "undefined") return undefined;
  return mimeTypes.find((type) => MediaRecorder.isTypeSupported(type));
}

const picture = { width: { ideal: 1_280 }, height: { ideal: 720 }, frameRate: { ideal: 30 } };

/** Asks for the camera or the screen. @throws CaptureError */
export async function openCapture(source: CaptureSource): Promise<Capture> {
  try {
    return source === "camera" ? whole(await openCamera()) : await openScreen();
  } catch (error) {
    throw new CaptureError(reasonOf(error, source), { cause: error });
  }
}

function whole(stream: MediaStream): Capture {
  return {
    stream,
    close: () => {
      for (const track of stream.getTracks()) track.stop();
    },
  };
}

async function openCamera(): Promise<MediaStream> {
  const { mediaDevices } = navigator;
  try {
    return await mediaDevices.getUserMedia({ video: picture, audio: true });
  } catch (error) {
    // Without a microphone there is still a picture.
    if (!(error instanceof DOMException) || error.name !== "NotFoundError") throw error;
    return await mediaDevices.getUserMedia({ video: picture });
  }
}

/** The screen, with its own sound where the browser gives it, and the microphone where there is one. */
async function openScreen(): Promise<Capture> {
  const { mediaDevices } = navigator;
  if (typeof mediaDevices.getDisplayMedia !== "function") {
    throw new DOMException("no screen", "NotSupportedError");
  }
  const screen = await mediaDevices.getDisplayMedia({ video: { frameRate: { ideal: 30 } }, audio: true });
  const voice = await mediaDevices.getUserMedia({ audio: true }).catch(() => undefined);
  const sounds = [screen, voice].filter(
    (stream) => stream !== undefined && stream.getAudioTracks().length > 0,
  );
  const mixer = new AudioContext();
  const mixed = mixer.createMediaStreamDestination();
  for (const sound of sounds) if (sound !== undefined) mixer.createMediaStreamSource(sound).connect(mixed);
  const tracks = sounds.length === 0 ? [] : mixed.stream.getAudioTracks();
  let isClosed = false;
  return {
    stream: new MediaStream([...screen.getVideoTracks(), ...tracks]),
    close: () => {
      if (isClosed) return;
      isClosed = true;
      for (const track of [...screen.getTracks(), ...(voice?.getTracks() ?? [])]) track.stop();
      void mixer.close();
    },
  };
}

function reasonOf(error: unknown, source: CaptureSource): string {
  const what = source === "camera" ? "camera" : "screen";
  switch (error instanceof DOMException ? error.name : "") {
    case "NotAllowedError":
    case "SecurityError":
      return source === "camera"
        ? "The browser was not allowed to use the camera and the microphone. Allow it in the address bar, then try again."
        : "The screen was not shared. Choose a screen, a window or a tab, then try again.";
    case "NotFoundError":
    case "OverconstrainedError":
      return "There is no camera. Connect one, or record the screen.";
    case "NotReadableError":
    case "AbortError":
      return `The ${what} is in use by another program. Close that one, then try again.`;
    case "NotSupportedError":
      return "This browser can't record the screen. A computer's can.";
    default:
      return `The ${what} could not be opened.`;
  }
}
