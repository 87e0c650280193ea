import { newPasswordSchema } from "@barrage/domain";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { toast } from "sonner";
import { describeError } from "../lib/describe-error.ts";
import { useTRPC } from "../lib/trpc.ts";
import { useMe } from "../lib/use-me.ts";
import { Button } from "../ui/button.tsx";
import { Card } from "../ui/card.tsx";
import { Field, Input } from "../ui/field.tsx";

export function ChangePasswordCard() {
  const trpc = useTRPC();
  const queries = useQueryClient();
  const me = useMe();
  const [oldPassword, setOldPassword] = useState("");
  const [newPassword, setNewPassword] = useState("");
  const [fault, setFault] = useState<string>();
  const change = useMutation(
    trpc.users.changePassword.mutationOptions({
      onSuccess: () => {
        setOldPassword("");
        setNewPassword("");
        toast.success("Your password is changed. Everywhere else you are logged out.");
        void queries.invalidateQueries({ queryKey: trpc.users.sessions.queryKey() });
      },
    }),
  );
  const submit = (event: FormEvent) => {
    event.preventDefault();
    const message = newPasswordSchema.safeParse(newPassword).error?.issues[0]?.message;
    setFault(message === undefined ? undefined : `The new password ${message}.`);
    if (message === undefined) change.mutate({ oldPassword, newPassword });
  };
  const wrongOld = change.error !== null && describeError(change.error).code === "credentials_invalid";
  return (
    <Card title="Password" text="Changing it logs you out everywhere else.">
      <form onSubmit={submit} noValidate className="grid max-w-sm gap-4">
        {/* Password managers want to know whose password this is. */}
        <input type="hidden" name="username" autoComplete="username" value={me?.name ?? ""} readOnly />
        <Field label="Present password" error={wrongOld ? "That is not your present password." : undefined}>
          {(control) => (
            <Input
              {...control}
              type="password"
              autoComplete="current-password"
              maxLength={128}
              value={oldPassword}
              onChange={(event) => setOldPassword(event.target.value)}
            />
          )}
        </Field>
        <Field label="New password" hint="At least 8 characters" error={fault}>
          {(control) => (
            <Input
              {...control}
              type="password"
              autoComplete="new-password"
              maxLength={128}
              value={newPassword}
              onChange={(event) => setNewPassword(event.target.value)}
            />
          )}
        </Field>
        {change.error !== null && !wrongOld && (
          <p role="alert" className="text-sm text-danger-text">
            {describeError(change.error).text}
          </p>
        )}
        <Button type="submit" variant="primary" className="justify-self-start" busy={change.isPending}>
          Change password
        </Button>
      </form>
    </Card>
  );
}
