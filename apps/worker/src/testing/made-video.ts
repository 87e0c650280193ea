import {
  BufferTarget,
  EncodedAudioPacketSource,
  EncodedPacket,
  EncodedVideoPacketSource,
  Output,
  WebMOutputFormat,
} from "mediabunny";

interface MadeVideo {
  readonly seconds: number;
  /** As a browser writes it while it records: without duration and index. */
  readonly live: boolean;
  readonly frameBytes?: number;
  /** False: sound alone. */
  readonly picture?: boolean;
}

const framesPerSecond = 10;

/** A WebM whose frames hold nothing that could be seen: what is tested reads the container alone. For tests. */
export async function madeVideo(options: MadeVideo): Promise<Uint8Array<ArrayBuffer>> {
  const { seconds, live, frameBytes = 2_000, picture = true } = options;
  const target = new BufferTarget();
  const output = new Output({ format: new WebMOutputFormat({ appendOnly: live }), target });
  const video = new EncodedVideoPacketSource("vp8");
  const audio = new EncodedAudioPacketSource("opus");
  if (picture) output.addVideoTrack(video, { frameRate: framesPerSecond });
  else output.addAudioTrack(audio);
  await output.start();
  for (let frame = 0; frame < seconds * framesPerSecond; frame += 1) {
    const type = frame % framesPerSecond === 0 ? "key" : "delta";
    const data = new Uint8Array(frameBytes).fill(frame % 251);
    const packet = new EncodedPacket(data, type, frame / framesPerSecond, 1 / framesPerSecond);
    if (picture) {
      await video.add(packet, { decoderConfig: { codec: "vp8", codedWidth: 320, codedHeight: 180 } });
    } else {
      await audio.add(packet, { decoderConfig: { codec: "opus", numberOfChannels: 2, sampleRate: 48_000 } });
    }
  }
  await output.finalize();
  if (target.buffer === null) throw new Error("nothing was written");
  return new Uint8Array(target.buffer);
}
