import { Compass } from "lucide-react";
import { Link } from "react-router";
import { useTitle } from "../lib/use-title.ts";
import { Button } from "../ui/button.tsx";
import { EmptyState } from "../ui/states.tsx";

export function NotFoundPage() {
  useTitle("Not found");
  return (
    <main id="main">
      <h1 className="sr-only">Not found</h1>
      <EmptyState
        icon={<Compass />}
        title="There is nothing at this address"
        text="The page may have moved, or the link is not whole."
        action={
          <Button asChild variant="primary">
            <Link to="/">See who is live</Link>
          </Button>
        }
      />
    </main>
  );
}
