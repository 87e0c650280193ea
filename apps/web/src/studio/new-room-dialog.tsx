import { useMutation, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { useNavigate } from "react-router";
import { describeError } from "../lib/describe-error.ts";
import { useTRPC } from "../lib/trpc.ts";
import { Button } from "../ui/button.tsx";
import { Dialog } from "../ui/dialog.tsx";
import { emptyRoomDraft, faultsOfRoom, newRoomOf } from "./room-draft.ts";
import { RoomFields } from "./room-fields.tsx";

interface NewRoomDialogProps {
  readonly open: boolean;
  readonly onOpenChange: (open: boolean) => void;
}

export function NewRoomDialog({ open, onOpenChange }: NewRoomDialogProps) {
  return (
    <Dialog
      open={open}
      onOpenChange={onOpenChange}
      title="New room"
      description="You can change all of this later."
      className="sm:max-w-lg"
    >
      <NewRoomForm />
    </Dialog>
  );
}

/** Lives as long as the dialog is open, so that it begins empty each time. */
function NewRoomForm() {
  const trpc = useTRPC();
  const queries = useQueryClient();
  const navigate = useNavigate();
  const [draft, setDraft] = useState(emptyRoomDraft);
  const [checked, setChecked] = useState(false);
  const create = useMutation(
    trpc.rooms.create.mutationOptions({
      onSuccess: async (room) => {
        void queries.invalidateQueries({ queryKey: trpc.rooms.mine.queryKey() });
        await navigate(`/studio/${room.id}`);
      },
    }),
  );
  const faults = faultsOfRoom(draft, { kept: false });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    setChecked(true);
    if (Object.keys(faults).length === 0) create.mutate(newRoomOf(draft));
  };
  return (
    <form onSubmit={submit} noValidate className="grid gap-5">
      <RoomFields draft={draft} faults={checked ? faults : {}} passwordKept={false} onChange={setDraft} />
      {create.error && (
        <p role="alert" className="text-sm text-danger-text">
          {describeError(create.error).text}
        </p>
      )}
      <Button type="submit" variant="primary" size="lg" busy={create.isPending}>
        Create room
      </Button>
    </form>
  );
}
