import { Clapperboard } from "lucide-react";
import { Link, useLocation } from "react-router";
import { useMe } from "../lib/use-me.ts";
import { Button } from "../ui/button.tsx";
import { Logo } from "../ui/logo.tsx";
import { Skeleton } from "../ui/skeleton.tsx";
import { ThemeMenu } from "./theme-menu.tsx";
import { UserMenu } from "./user-menu.tsx";

export function Header() {
  const me = useMe();
  const { pathname } = useLocation();
  const entering = pathname === "/login" || pathname === "/register";
  const next = entering || pathname === "/" ? "" : `?next=${encodeURIComponent(pathname)}`;
  return (
    <header className="sticky top-0 z-20 flex h-14 items-center gap-2 border-b border-line bg-canvas/85 px-4 backdrop-blur-md lg:px-6">
      <Link to="/" className="mr-auto flex rounded-lg" aria-label="Barrage: home">
        <Logo />
      </Link>
      <nav aria-label="Main" className="flex items-center gap-1.5">
        <ThemeMenu />
        {me === undefined && <Skeleton className="h-9 w-24" />}
        {me === null && !entering && (
          <>
            <Button asChild variant="ghost" className="h-9">
              <Link to={`/login${next}`}>Log in</Link>
            </Button>
            <Button asChild variant="primary" className="h-9 max-[340px]:hidden">
              <Link to={`/register${next}`}>Sign up</Link>
            </Button>
          </>
        )}
        {me !== undefined && me !== null && (
          <>
            <Button asChild variant="ghost" className="h-9 max-sm:px-2.5">
              <Link to="/studio">
                <Clapperboard />
                <span className="max-sm:sr-only">Studio</span>
              </Link>
            </Button>
            <UserMenu me={me} />
          </>
        )}
      </nav>
    </header>
  );
}
