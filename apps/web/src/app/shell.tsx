import { useEffect } from "react";
import { Outlet, useLocation } from "react-router";
import { Header } from "./header.tsx";
import { HealthBanner } from "./health-banner.tsx";

/** What stands around every page. */
export function Shell() {
  const { pathname } = useLocation();
  return (
    <>
      <a
        href="#main"
        className="sr-only z-50 rounded-lg bg-accent px-4 py-2 font-semibold text-accent-ink focus:not-sr-only focus:fixed focus:top-2 focus:left-2"
      >
        Skip to the content
      </a>
      <Header />
      <HealthBanner />
      <StartAtTop key={pathname} />
      <Outlet />
    </>
  );
}

/** Lives as long as one address: a new page starts at its top. */
function StartAtTop() {
  useEffect(() => {
    // Newer browsers answer with a promise, which React would take for a clean-up.
    window.scrollTo(0, 0);
  }, []);
  return null;
}
