import { canModerate } from "@barrage/domain";
import type { Role } from "@barrage/protocol";
import { useMutation } from "@tanstack/react-query";
import { Ban, Copy, Ellipsis, MicOff, ShieldPlus, Trash2 } from "lucide-react";
import { toast } from "sonner";
import { describeError } from "../lib/describe-error.ts";
import { useTRPC } from "../lib/trpc.ts";
import { Button } from "../ui/button.tsx";
import { Menu, MenuItem, MenuLabel, MenuSeparator } from "../ui/menu.tsx";
import type { MessageLine } from "./chat-line.ts";

interface MessageMenuProps {
  readonly line: MessageLine;
  readonly messageId: string;
  readonly roomId: string;
  readonly viewerRole: Role | null;
  readonly own: boolean;
}

const muteMinutes = 10;

/** What can be done with a message. Delete for whoever wrote it; delete, mute and ban for those above them. */
export function MessageMenu({ line, messageId, roomId, viewerRole, own }: MessageMenuProps) {
  const trpc = useTRPC();
  const onError = (error: unknown) => toast.error(describeError(error).text);
  const remove = useMutation(trpc.messages.delete.mutationOptions({ onError }));
  const mute = useMutation(trpc.rooms.mute.mutationOptions({ onError }));
  const ban = useMutation(trpc.rooms.ban.mutationOptions({ onError }));
  const promote = useMutation(trpc.rooms.setModerator.mutationOptions({ onError }));

  const { by, content } = line;
  const above = !own && viewerRole !== null && canModerate(viewerRole, by.role);
  const copy = content.kind === "gift" ? undefined : content.text;
  if (copy === undefined && !own && !above) return null;
  return (
    <Menu
      trigger={
        <Button
          variant="ghost"
          size="icon-sm"
          aria-label={`Actions on the message of ${by.name}`}
          className="absolute top-0 right-2 size-7 bg-raised opacity-0 group-focus-within/row:opacity-100 group-hover/row:opacity-100 data-[state=open]:opacity-100 pointer-coarse:bg-transparent pointer-coarse:opacity-70"
        >
          <Ellipsis />
        </Button>
      }
    >
      <MenuLabel>{by.name}</MenuLabel>
      {copy !== undefined && (
        <MenuItem
          onSelect={() =>
            void navigator.clipboard
              .writeText(copy)
              .catch(() => toast.error("The browser did not allow copying."))
          }
        >
          <Copy /> Copy text
        </MenuItem>
      )}
      {(own || above) && (
        <MenuItem danger onSelect={() => remove.mutate({ id: messageId })}>
          <Trash2 /> Delete message
        </MenuItem>
      )}
      {above && (
        <>
          <MenuSeparator />
          {viewerRole === "host" && by.role === "viewer" && (
            <MenuItem onSelect={() => promote.mutate({ id: roomId, userName: by.name, moderator: true })}>
              <ShieldPlus /> Make moderator
            </MenuItem>
          )}
          <MenuItem onSelect={() => mute.mutate({ id: roomId, userId: by.id, minutes: muteMinutes })}>
            <MicOff /> Mute for {muteMinutes} minutes
          </MenuItem>
          <MenuItem onSelect={() => mute.mutate({ id: roomId, userId: by.id, minutes: null })}>
            <MicOff /> Mute until lifted
          </MenuItem>
          <MenuItem danger onSelect={() => ban.mutate({ id: roomId, userId: by.id, minutes: null })}>
            <Ban /> Ban from the room
          </MenuItem>
        </>
      )}
    </Menu>
  );
}
