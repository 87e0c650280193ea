import { LockKeyhole } from "lucide-react";
import { type FormEvent, useState } from "react";
import { Button } from "../ui/button.tsx";
import { Field, Input } from "../ui/field.tsx";

interface PasswordPromptProps {
  /** Whether a password was given already, and was not the room's. */
  readonly wrong: boolean;
  readonly busy: boolean;
  readonly onPassword: (password: string) => void;
}

/** Asks for a private room's password. It is kept for as long as the page, and nowhere else. */
export function PasswordPrompt({ wrong, busy, onPassword }: PasswordPromptProps) {
  const [password, setPassword] = useState("");
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (password !== "") onPassword(password);
  };
  return (
    <main id="main" className="grid place-items-center px-4 py-20">
      <form
        onSubmit={submit}
        className="grid w-full max-w-sm gap-5 rounded-3xl border border-line bg-surface p-7"
      >
        <span
          aria-hidden
          className="grid size-12 place-items-center rounded-2xl bg-accent-wash text-accent-text"
        >
          <LockKeyhole className="size-5" />
        </span>
        <div>
          <h1 className="text-xl font-bold">This room is private</h1>
          <p className="mt-1 text-sm text-soft">Whoever invited you has the password.</p>
        </div>
        <Field label="Password" error={wrong ? "That is not this room's password." : undefined}>
          {(control) => (
            <Input
              {...control}
              type="password"
              autoComplete="off"
              maxLength={64}
              value={password}
              onChange={(event) => setPassword(event.target.value)}
            />
          )}
        </Field>
        <Button type="submit" variant="primary" size="lg" busy={busy}>
          Enter
        </Button>
      </form>
    </main>
  );
}
