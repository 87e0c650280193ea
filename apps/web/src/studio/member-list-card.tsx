import type { RoomView } from "../lib/app-router.ts";
import { Card } from "../ui/card.tsx";
import { Switch } from "../ui/switch.tsx";
import { useUpdateRoom } from "./use-update-room.ts";

/** Whether viewers see who else is there. */
export function MemberListCard({ room }: { readonly room: RoomView }) {
  const update = useUpdateRoom(room.id);
  return (
    <Card title="Viewers" text="Off, unless you turn it on. Counts for those who come in from then on.">
      <Switch
        label="Show who is here"
        hint="Anybody who may watch sees the names of logged-in viewers, while there are at most 200."
        checked={update.isPending ? (update.variables.memberList ?? room.memberList) : room.memberList}
        onCheckedChange={(memberList) => update.mutate({ id: room.id, memberList })}
      />
    </Card>
  );
}
