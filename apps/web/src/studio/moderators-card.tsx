import { userNameSchema } from "@barrage/domain";
import { useMutation } from "@tanstack/react-query";
import { ShieldPlus } from "lucide-react";
import { type FormEvent, useState } from "react";
import { useTRPC } from "../lib/trpc.ts";
import { Avatar } from "../ui/avatar.tsx";
import { Button } from "../ui/button.tsx";
import { Card } from "../ui/card.tsx";
import { Field, Input } from "../ui/field.tsx";
import { useModerateOptions } from "./use-moderate.ts";

interface ModeratorsCardProps {
  readonly roomId: string;
  readonly moderators: readonly { readonly id: string; readonly name: string }[];
}

/** Those who help the host: they can delete messages, mute and ban. */
export function ModeratorsCard({ roomId, moderators }: ModeratorsCardProps) {
  const trpc = useTRPC();
  const options = useModerateOptions(roomId);
  const setModerator = useMutation(trpc.rooms.setModerator.mutationOptions(options));
  const [name, setName] = useState("");
  const [fault, setFault] = useState<string>();
  const add = (event: FormEvent) => {
    event.preventDefault();
    const userName = name.trim();
    if (!userNameSchema.safeParse(userName).success) {
      setFault("A name has 4 to 31 letters, digits or _.");
      return;
    }
    setFault(undefined);
    setModerator.mutate({ id: roomId, userName, moderator: true }, { onSuccess: () => setName("") });
  };
  return (
    <Card title="Moderators" text="They can delete messages, mute and ban viewers.">
      <form onSubmit={add} noValidate className="mb-4 flex items-start gap-2">
        <Field label="User name" error={fault} className="grow">
          {(control) => (
            <Input
              {...control}
              autoComplete="off"
              autoCapitalize="none"
              spellCheck={false}
              maxLength={31}
              value={name}
              onChange={(event) => setName(event.target.value)}
            />
          )}
        </Field>
        <Button type="submit" className="mt-[1.6rem] h-11" busy={setModerator.isPending}>
          <ShieldPlus /> Add
        </Button>
      </form>
      {moderators.length === 0 && <p className="text-sm text-faint">Nobody yet.</p>}
      <ul className="grid gap-2">
        {moderators.map((user) => (
          <li key={user.id} className="flex items-center gap-3 text-sm">
            <Avatar id={user.id} name={user.name} className="size-8" />
            <span className="grow font-medium">{user.name}</span>
            <Button
              size="sm"
              variant="ghost"
              onClick={() => setModerator.mutate({ id: roomId, userName: user.name, moderator: false })}
            >
              Remove<span className="sr-only"> {user.name}</span>
            </Button>
          </li>
        ))}
      </ul>
    </Card>
  );
}
