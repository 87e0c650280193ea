import { useMutation, useQueryClient } from "@tanstack/react-query";
import { Trash2 } from "lucide-react";
import { type FormEvent, useState } from "react";
import { useNavigate } from "react-router";
import { toast } from "sonner";
import type { RoomView } from "../lib/app-router.ts";
import { describeError } from "../lib/describe-error.ts";
import { useTRPC } from "../lib/trpc.ts";
import { Button } from "../ui/button.tsx";
import { Card } from "../ui/card.tsx";
import { ConfirmDialog } from "../ui/confirm-dialog.tsx";
import { CoverCard } from "./cover-card.tsx";
import { MemberListCard } from "./member-list-card.tsx";
import { faultsOfRoom, roomChangeOf } from "./room-draft.ts";
import { RoomFields } from "./room-fields.tsx";
import { useUpdateRoom } from "./use-update-room.ts";

/** What the room is called, who may watch, and what it looks like; and the way to be rid of it. */
export function SettingsTab({ room }: { readonly room: RoomView }) {
  const [draft, setDraft] = useState({
    title: room.title,
    description: room.description,
    visibility: room.visibility,
    password: "",
  });
  const update = useUpdateRoom(room.id);
  const faults = faultsOfRoom(draft, { kept: room.visibility === "private" });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (Object.keys(faults).length > 0) return;
    update.mutate(
      { id: room.id, ...roomChangeOf(draft) },
      {
        onSuccess: () => {
          setDraft({ ...draft, password: "" });
          toast.success("Saved.");
        },
      },
    );
  };
  return (
    <div className="grid gap-5">
      <Card title="About the room">
        <form onSubmit={submit} noValidate className="grid max-w-xl gap-5">
          <RoomFields
            draft={draft}
            faults={faults}
            passwordKept={room.visibility === "private"}
            onChange={setDraft}
          />
          <Button type="submit" variant="primary" className="justify-self-start" busy={update.isPending}>
            Save
          </Button>
        </form>
      </Card>
      <CoverCard room={room} />
      <MemberListCard room={room} />
      <DeleteRoomCard room={room} />
    </div>
  );
}

function DeleteRoomCard({ room }: { readonly room: RoomView }) {
  const trpc = useTRPC();
  const queries = useQueryClient();
  const navigate = useNavigate();
  const [asking, setAsking] = useState(false);
  const remove = useMutation(
    trpc.rooms.delete.mutationOptions({
      onSuccess: async () => {
        await navigate("/studio", { replace: true });
        queries.removeQueries({ queryKey: trpc.rooms.get.queryKey({ id: room.id }) });
        void queries.invalidateQueries({ queryKey: trpc.rooms.mine.queryKey() });
      },
      onError: (error) => {
        setAsking(false);
        toast.error(describeError(error).text);
      },
    }),
  );
  const live = room.status === "live";
  return (
    <Card
      title="Delete the room"
      text={live ? "End the session first." : "Its link stops working, for good."}
    >
      <Button variant="danger" disabled={live} onClick={() => setAsking(true)}>
        <Trash2 /> Delete
      </Button>
      <ConfirmDialog
        open={asking}
        onOpenChange={setAsking}
        title={`Delete “${room.title}”?`}
        text="This can't be taken back."
        action="Delete the room"
        busy={remove.isPending}
        onConfirm={() => remove.mutate({ id: room.id })}
      />
    </Card>
  );
}
