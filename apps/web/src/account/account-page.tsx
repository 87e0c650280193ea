import { useTitle } from "../lib/use-title.ts";
import { ChangePasswordCard } from "./change-password-card.tsx";
import { SessionsCard } from "./sessions-card.tsx";

/** `/account`: the password, and where one is logged in. */
export function AccountPage() {
  useTitle("Account");
  return (
    <main id="main" className="mx-auto grid max-w-2xl gap-5 px-4 pt-8 pb-20">
      <h1 className="mb-2 text-2xl font-bold">Account</h1>
      <ChangePasswordCard />
      <SessionsCard />
    </main>
  );
}
