import { useQuery } from "@tanstack/react-query";
import type { RoomView } from "../lib/app-router.ts";
import { useTRPC } from "../lib/trpc.ts";
import { Card } from "../ui/card.tsx";
import { RecorderPanel } from "./recorder-panel.tsx";
import { RecordingList } from "./recording-list.tsx";
import { UploadFile } from "./upload-file.tsx";

/** Recording the running session, and what there is of it; of the last one when the room is not live. */
export function RecordingCard({ room }: { readonly room: RoomView }) {
  const trpc = useTRPC();
  const isLive = room.sessionId !== null;
  const last = useQuery({ ...trpc.rooms.sessions.queryOptions({ id: room.id, limit: 1 }), enabled: !isLive });
  const session = room.sessionId ?? last.data?.items[0]?.id;
  if (session === undefined) {
    return (
      <Card
        title="Recording"
        text="Go live first: then the camera, the screen or a file becomes the session's replay."
      />
    );
  }
  const place = { room: room.id, session };
  return (
    <Card
      title="Recording"
      text={
        isLive
          ? "It is uploaded while you are live. When you end the session, the replay is there."
          : "Of the last session."
      }
    >
      <div className="grid gap-4">
        <RecorderPanel place={place} isLive={isLive} />
        <RecordingList place={place} />
        <UploadFile place={place} />
      </div>
    </Card>
  );
}
