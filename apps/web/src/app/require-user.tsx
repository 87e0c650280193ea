import { Navigate, Outlet, useLocation } from "react-router";
import { useMe } from "../lib/use-me.ts";
import { Spinner } from "../ui/spinner.tsx";

/** Pages for users: whoever is not logged in goes to log in, and comes back. */
export function RequireUser() {
  const me = useMe();
  const { pathname } = useLocation();
  if (me === undefined) {
    return (
      <main id="main" className="grid place-items-center py-32">
        <Spinner label="Loading" />
      </main>
    );
  }
  return me === null ? <Navigate replace to={`/login?next=${encodeURIComponent(pathname)}`} /> : <Outlet />;
}
