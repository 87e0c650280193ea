import type { RoomView } from "../lib/app-router.ts";
import { Card } from "../ui/card.tsx";
import { Segmented } from "../ui/segmented.tsx";
import { Switch } from "../ui/switch.tsx";
import { useUpdateRoom } from "./use-update-room.ts";

const pauses = [
  { value: "0", text: "Off" },
  { value: "5000", text: "5 s" },
  { value: "10000", text: "10 s" },
  { value: "30000", text: "30 s" },
  { value: "120000", text: "2 min" },
] as const;

/** How often, and by whom, something may be said. Takes effect at once. */
export function ChatRulesCard({ room }: { readonly room: RoomView }) {
  const update = useUpdateRoom(room.id);
  const shown = update.isPending ? (update.variables.slowModeMs ?? room.slowModeMs) : room.slowModeMs;
  return (
    <Card title="Chat rules" text="Takes effect at once. You and your moderators are exempt.">
      <div className="grid gap-5">
        <div className="grid gap-2">
          <span className="text-sm font-medium">Slow mode: a pause between two messages of one viewer</span>
          <Segmented
            label="Slow mode"
            className="flex flex-wrap"
            value={String(shown)}
            options={pauses}
            onValueChange={(value) => update.mutate({ id: room.id, slowModeMs: Number(value) })}
          />
        </div>
        <Switch
          label="Followers only"
          hint="Only those who follow you may write."
          checked={
            update.isPending ? (update.variables.followersOnly ?? room.followersOnly) : room.followersOnly
          }
          onCheckedChange={(followersOnly) => update.mutate({ id: room.id, followersOnly })}
        />
      </div>
    </Card>
  );
}
