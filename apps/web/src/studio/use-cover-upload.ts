import { useQueryClient } from "@tanstack/react-query";
import { useEffect, useRef, useState } from "react";
import { describeError } from "../lib/describe-error.ts";
import { useTRPC, useTRPCClient } from "../lib/trpc.ts";
import { checkCoverFile } from "./check-cover-file.ts";
import { PutError, putFile } from "./put-file.ts";

/** A file on its way. */
interface Sending {
  /** For the `<img>`: the file as it is on this machine. */
  readonly previewUrl: string;
  /** From 0 to 1. */
  readonly share: number;
}

/** Sends a file to become a room's cover, up to where the worker takes over. Ends with the component. */
export function useCoverUpload(roomId: string) {
  const trpc = useTRPC();
  const client = useTRPCClient();
  const queries = useQueryClient();
  const [sending, setSending] = useState<Sending | null>(null);
  const [fault, setFault] = useState<string | null>(null);
  const running = useRef<AbortController | null>(null);
  useEffect(() => () => running.current?.abort(), []);

  async function send(file: File, signal: AbortSignal, previewUrl: string): Promise<void> {
    const checked = await checkCoverFile(file);
    if ("fault" in checked) return setFault(checked.fault);
    setSending({ previewUrl, share: 0 });
    const announced = { room: roomId, type: checked.type, bytes: file.size };
    const ticket = await client.media.startCover.mutate(announced, { signal });
    const onProgress = (share: number) => setSending({ previewUrl, share });
    await putFile(file, ticket, { signal, onProgress });
    const answer = await client.media.finishCover.mutate({ room: roomId, upload: ticket.upload });
    queries.setQueryData(trpc.media.cover.queryKey({ room: roomId }), answer);
  }

  async function upload(file: File): Promise<void> {
    running.current?.abort();
    const own = new AbortController();
    running.current = own;
    setFault(null);
    const previewUrl = URL.createObjectURL(file);
    try {
      await send(file, own.signal, previewUrl);
    } catch (error) {
      if (!own.signal.aborted) setFault(sentenceOf(error));
    } finally {
      URL.revokeObjectURL(previewUrl);
      // Another file may have taken its place.
      if (running.current === own) setSending(null);
    }
  }

  return {
    sending,
    /** Why the last file did not arrive, in words. */
    fault,
    upload: (file: File) => void upload(file),
    cancel: () => running.current?.abort(),
  };
}

function sentenceOf(error: unknown): string {
  if (!(error instanceof PutError)) return describeError(error).text;
  return error.kind === "refused"
    ? "The upload was refused, or its time was over. Please try again."
    : "The upload broke off: the storage can't be reached. Please try again.";
}
