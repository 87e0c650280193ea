import type { PartedUpload, UploadedPart, UploadStore } from "@barrage/platform";

/** Writes at any position of an object, for one that mends its beginning once it knows its end. */
export interface PartAssembler {
  /** Resolves when there is room for more. @throws RangeError for a position whose part is on its way already */
  write(position: number, data: Uint8Array): Promise<void>;
  /** Sends what is left. @returns all parts, to complete the upload with */
  finish(): Promise<readonly UploadedPart[]>;
}

interface PartAssemblerOptions {
  /** At least 5 MiB. */
  readonly partBytes: number;
  /** A part may still be mended while no more than this was written after it. The first one may be until the end. */
  readonly slackBytes: number;
}

/**
 * Makes an object out of writes that come nearly in order, in parts of a multipart upload. In memory are the first part
 * and what may still be mended: at most two parts and the slack, whatever the object's length.
 */
export function createPartAssembler(
  uploads: Pick<UploadStore, "putPart">,
  upload: PartedUpload,
  { partBytes, slackBytes }: PartAssemblerOptions,
): PartAssembler {
  const open = new Map<number, Uint8Array<ArrayBuffer>>();
  const sent: UploadedPart[] = [];
  let end = 0;
  /** All parts below it but the first are sent. */
  let firstOpen = 2;

  async function send(number: number): Promise<void> {
    const whole = open.get(number);
    if (whole === undefined) throw new RangeError(`nothing was written into part ${number}`);
    const bytes = Math.min(partBytes, end - (number - 1) * partBytes);
    sent.push(await uploads.putPart(upload, number, whole.subarray(0, bytes)));
    open.delete(number);
  }

  function put(position: number, data: Uint8Array): void {
    for (let done = 0; done < data.length; ) {
      const at = position + done;
      const number = Math.floor(at / partBytes) + 1;
      if (number !== 1 && number < firstOpen) throw new RangeError(`part ${number} is on its way already`);
      let part = open.get(number);
      if (part === undefined) {
        part = new Uint8Array(partBytes);
        open.set(number, part);
      }
      const within = at % partBytes;
      const some = data.subarray(done, done + partBytes - within);
      part.set(some, within);
      done += some.length;
    }
  }

  return {
    async write(position, data) {
      put(position, data);
      end = Math.max(end, position + data.length);
      while (firstOpen * partBytes + slackBytes <= end) {
        await send(firstOpen);
        firstOpen += 1;
      }
    },
    async finish() {
      for (const number of [...open.keys()].toSorted((a, b) => a - b)) await send(number);
      return sent.toSorted((a, b) => a.number - b.number);
    },
  };
}
