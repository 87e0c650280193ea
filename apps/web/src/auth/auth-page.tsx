import { newPasswordSchema, userNameSchema } from "@barrage/domain";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { Link, Navigate, useNavigate, useSearchParams } from "react-router";
import { describeError, issueOf } from "../lib/describe-error.ts";
import { useTRPC } from "../lib/trpc.ts";
import { useMe } from "../lib/use-me.ts";
import { useTitle } from "../lib/use-title.ts";
import { Button } from "../ui/button.tsx";
import { Field, Input } from "../ui/field.tsx";
import { LogoMark } from "../ui/logo.tsx";
import { safeNext } from "./safe-next.ts";

interface AuthPageProps {
  readonly mode: "login" | "register";
}

const words = {
  login: {
    title: "Welcome back",
    action: "Log in",
    other: "New here?",
    link: "Create an account",
    to: "/register",
  },
  register: {
    title: "Create your account",
    action: "Sign up",
    other: "Been here before?",
    link: "Log in",
    to: "/login",
  },
} as const;

/** `/login` and `/register`: one form, two purposes. Afterwards the viewer is where they wanted to go. */
export function AuthPage({ mode }: AuthPageProps) {
  const [params] = useSearchParams();
  const next = safeNext(params.get("next"));
  const me = useMe();
  const { title, other, link, to } = words[mode];
  useTitle(title);
  if (me !== undefined && me !== null) return <Navigate replace to={next} />;
  return (
    <main id="main" className="grid place-items-center px-4 py-14 sm:py-20">
      <div className="w-full max-w-sm">
        <LogoMark className="mb-6 size-12" />
        <h1 className="text-2xl font-bold">{title}</h1>
        <p className="mt-1.5 mb-7 text-sm text-soft">
          {other}{" "}
          <Link
            to={next === "/" ? to : `${to}?next=${encodeURIComponent(next)}`}
            className="rounded font-medium text-accent-text underline underline-offset-3"
          >
            {link}
          </Link>
        </p>
        <AuthForm key={mode} mode={mode} next={next} />
      </div>
    </main>
  );
}

function AuthForm({ mode, next }: AuthPageProps & { readonly next: string }) {
  const trpc = useTRPC();
  const queries = useQueryClient();
  const navigate = useNavigate();
  const [name, setName] = useState("");
  const [password, setPassword] = useState("");
  const [checked, setChecked] = useState(false);
  const options = {
    onSuccess: async ({ user }: { user: NonNullable<ReturnType<typeof useMe>> }) => {
      queries.setQueryData(trpc.users.me.queryKey(), user);
      // Everything else was asked for as somebody else.
      void queries.invalidateQueries();
      await navigate(next, { replace: true });
    },
  };
  const login = useMutation(trpc.users.login.mutationOptions(options));
  const register = useMutation(trpc.users.register.mutationOptions(options));
  const { mutate, error, isPending } = mode === "login" ? login : register;

  const faults = mode === "register" && checked ? faultsOf(name, password) : {};
  const submit = (event: FormEvent) => {
    event.preventDefault();
    setChecked(true);
    const wrong =
      mode === "register" ? Object.keys(faultsOf(name, password)).length > 0 : name === "" || password === "";
    if (!wrong) mutate({ name, password, cookie: true });
  };
  return (
    <form onSubmit={submit} noValidate className="grid gap-5">
      <Field
        label="Name"
        hint={mode === "register" ? "4 to 31 letters, digits or _" : undefined}
        error={faults.name ?? (error ? issueOf(error, "name") : undefined)}
      >
        {(control) => (
          <Input
            {...control}
            name="username"
            autoComplete="username"
            autoCapitalize="none"
            spellCheck={false}
            maxLength={31}
            value={name}
            onChange={(event) => setName(event.target.value)}
          />
        )}
      </Field>
      <Field
        label="Password"
        hint={mode === "register" ? "At least 8 characters" : undefined}
        error={faults.password ?? (error ? issueOf(error, "password") : undefined)}
      >
        {(control) => (
          <Input
            {...control}
            name="password"
            type="password"
            autoComplete={mode === "login" ? "current-password" : "new-password"}
            maxLength={128}
            value={password}
            onChange={(event) => setPassword(event.target.value)}
          />
        )}
      </Field>
      {error && (
        <p role="alert" className="rounded-xl bg-danger-wash px-3.5 py-2.5 text-sm text-danger-text">
          {describeError(error).text}
        </p>
      )}
      <Button type="submit" variant="primary" size="lg" busy={isPending}>
        {words[mode].action}
      </Button>
    </form>
  );
}

function faultsOf(name: string, password: string): { readonly name?: string; readonly password?: string } {
  const first = (result: { error?: { issues: readonly { message: string }[] } | undefined }) =>
    result.error?.issues[0]?.message;
  const nameFault = first(userNameSchema.safeParse(name));
  const passwordFault = first(newPasswordSchema.safeParse(password));
  return {
    ...(nameFault === undefined ? {} : { name: `The name ${nameFault}` }),
    ...(passwordFault === undefined ? {} : { password: `The password ${passwordFault}` }),
  };
}
